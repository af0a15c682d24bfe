"""A mail server of our own on loopback, with as much IMAP as we use."""

import socketserver
import threading

SEEN = r"\Seen"


class FakeImap:
    """Holds messages by number; may hang up before a mark is set, or lose a message."""

    password = "geheim"

    def __init__(self, *messages: bytes) -> None:
        self.messages = dict(enumerate(messages, start=1))
        self.flags: dict[int, set[str]] = {number: set() for number in self.messages}
        self.commands: list[str] = []
        # As often it hangs up instead of marking a message.
        self.hang_ups = 0

        class Conversation(_Conversation):
            mailbox = self

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Conversation)
        self.url = (
            f"imap://els:{self.password}@127.0.0.1:{self._server.server_address[1]}/"
        )

    def __enter__(self) -> "FakeImap":
        threading.Thread(target=self._server.serve_forever, args=(0.02,)).start()
        return self

    def __exit__(self, *error: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def seen(self) -> set[int]:
        return {number for number, flags in self.flags.items() if SEEN in flags}


class _Conversation(socketserver.StreamRequestHandler):
    mailbox: FakeImap

    def handle(self) -> None:
        self._say("* OK [CAPABILITY IMAP4rev1] here I am")
        while line := self.rfile.readline().decode().strip():
            tag, _, command = line.partition(" ")
            self.mailbox.commands.append(command)
            if command.startswith("UID STORE") and self.mailbox.hang_ups:
                self.mailbox.hang_ups -= 1
                return
            self._say(f"{tag} {self._answer(command)}")
            if command.startswith("LOGOUT"):
                return

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def _answer(self, command: str) -> str:
        if command.startswith("LOGIN") and f'"{self.mailbox.password}"' not in command:
            return "NO who are you"
        if command.startswith("SELECT") and '"INBOX"' not in command:
            return "NO no such folder"
        if command.startswith("CAPABILITY"):
            self._say("* CAPABILITY IMAP4rev1")
        elif command.startswith("SELECT"):
            self._say(f"* {len(self.mailbox.messages)} EXISTS")
        elif command.startswith("UID SEARCH"):
            unread = sorted(set(self.mailbox.flags) - self.mailbox.seen)
            self._say(" ".join(["* SEARCH", *map(str, unread)]))
        elif command.startswith("UID FETCH"):
            self._fetch(command)
        elif command.startswith("UID STORE"):
            self.mailbox.flags[int(command.split()[2])].add(SEEN)
        return "OK done"

    def _fetch(self, command: str) -> None:
        number = int(command.split()[2])
        most = int(command.partition("<0.")[2].partition(">")[0])
        if (message := self.mailbox.messages.get(number)) is None:
            return
        part = message[:most]
        self._say(f"* {number} FETCH (UID {number} BODY[]<0> {{{len(part)}}}")
        self.wfile.write(part + b")\r\n")
