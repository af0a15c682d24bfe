"""What a seed decides: the plan. How the faults interleave is up to the machine."""

import random
from dataclasses import dataclass, field

# Points of the engine after which a worker may be killed by its own hand.
KILL_POINTS = (
    "after claim",
    "after intent",
    "after witness",
    "after request",
    "in recording",
    "after recording",
    "after reconciling",
)
STANDSTILL = "stop before request"
# Each seed sees to one of these in turn, so that in many seeds none is left to chance.
FAVOURITES = (*(f"kill {point}" for point in KILL_POINTS), STANDSTILL)
# What a request may meet at the provider; the rest is answered as it should be.
PROVIDER_FAULTS = {
    "429": 6,
    "500": 3,
    "500 after": 4,
    "reset before": 4,
    "reset after": 5,
    "time-out after": 4,
    "late": 4,
    "slow 0.6": 10,
}
# This many readers have an address that makes their whole group refused.
REFUSED_READERS = 2
SMTP_FAULTS = {
    "421": 1,
    "450": 2,
    "550": 2,
    "451 after": 1,
    "cut before": 1,
    "cut after": 1,
}
OUTSIDE = {
    "kill worker": 4,
    "kill pool child": 4,
    "kill beat": 2,
    "kill broker": 2,
    "kill supervisor": 1,
    "term worker": 3,
    "stop worker shortly": 3,
    "stop worker past its lease": 1,
    "flush broker": 3,
    "hang broker": 2,
    "readers leave": 3,
    "suppress": 2,
    "change the list": 2,
    "pause and resume": 2,
    "press twice": 2,
    "restart database": 2,
}
ONLY_WITH_A_SERVER = ("kill broker", "flush broker", "hang broker")
ONLY_ON_POSTGRESQL = ("restart database",)


@dataclass(frozen=True)
class Plan:
    """A Sunday under faults.

    Attributes:
        mode: ``merge`` (one request a batch) or ``smtp`` (small groups one by one).
        restores: put a backup of mid-send back, once.
        stops: stop for good half-way.
    """

    seed: int
    database: str
    broker: str
    mode: str
    without: str = ""
    readers: int = 1500
    restores: bool = False
    stops: bool = False
    outside: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        seed: int,
        *,
        database: str,
        broker: str,
        mode: str,
        without: str = "",
        readers: int = 1500,
    ) -> "Plan":
        """Draw a plan from a seed."""
        drawn = random.Random(f"plan {seed}")
        weights = {
            name: weight
            for name, weight in OUTSIDE.items()
            if not (broker != "valkey" and name in ONLY_WITH_A_SERVER)
            and not (database != "postgres" and name in ONLY_ON_POSTGRESQL)
        }
        restores = without == "witness" or (not without and drawn.random() < 0.3)
        return cls(
            seed,
            database,
            broker,
            mode,
            without,
            readers=readers,
            restores=restores,
            stops=not restores and not without and drawn.random() < 0.1,
            outside=weights,
        )

    @property
    def favourite(self) -> str:
        """Return the fault inside the engine that this seed is to see for certain."""
        return "" if self.without else FAVOURITES[self.seed % len(FAVOURITES)]

    @property
    def owed(self) -> str:
        """Return the fault of the provider that this seed is to see for certain."""
        faults = PROVIDER_FAULTS if self.mode == "merge" else SMTP_FAULTS
        return "" if self.without else list(faults)[self.seed % len(faults)]

    def random_for(self, what: str) -> random.Random:
        """Return the dice for one use, apart from every other."""
        return random.Random(f"{what} {self.seed}")
