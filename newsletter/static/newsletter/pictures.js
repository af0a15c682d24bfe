/* Pictures in forms: how they come out, what their rights ask for, and choosing them. */

import { offerChoice } from "newsletter/pictures/choice"
import { askRights, showCrops } from "newsletter/pictures/crops"

for (const crops of document.querySelectorAll("[data-crops]")) {
  showCrops(crops)
  askRights(crops.closest("form"))
}
offerChoice()
