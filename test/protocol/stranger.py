"""A gifchat client written from PROTOCOL.md alone, with nothing but Python's standard library.

Usage: stranger.py HOST PORT ROOM PASSWORD
Creates a room when ROOM is "-", joins it, says "hello from python", waits for an answer that begins with "hi",
acknowledges what it saw on standard output as JSON lines, and leaves.
"""

import base64
import hashlib
import json
import os
import socket
import struct
import sys

GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455, section 1.3


class Connection:
    def __init__(self, host, port):
        self.socket = socket.create_connection((host, port), timeout=30)
        self.buffer = b""
        self.last_id = 0
        self.events = []
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall(
            (
                f"GET / HTTP/1.1\r\nHost: {host}:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: gifchat.v1\r\n\r\n"
            ).encode()
        )
        while b"\r\n\r\n" not in self.buffer:
            self.buffer += self.receive()
        head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        accept = base64.b64encode(hashlib.sha1((key + GUID).encode()).digest()).decode()
        assert b" 101 " in head.split(b"\r\n")[0], head
        assert accept in head.decode() and "gifchat.v1" in head.decode(), head

    def receive(self):
        data = self.socket.recv(65536)
        if not data:
            raise SystemExit("the server closed the connection")
        return data

    def take(self, count):
        while len(self.buffer) < count:
            self.buffer += self.receive()
        data, self.buffer = self.buffer[:count], self.buffer[count:]
        return data

    def write(self, opcode, payload):
        mask = os.urandom(4)
        length = len(payload)
        if length < 126:
            header = struct.pack("!BB", 0x80 | opcode, 0x80 | length)
        elif length < 65536:
            header = struct.pack("!BBH", 0x80 | opcode, 0x80 | 126, length)
        else:
            header = struct.pack("!BBQ", 0x80 | opcode, 0x80 | 127, length)
        masked = bytes(byte ^ mask[index % 4] for index, byte in enumerate(payload))
        self.socket.sendall(header + mask + masked)

    def read(self):
        """The next message; pings are answered on the way."""
        while True:
            first, second = self.take(2)
            length = second & 0x7F
            if length == 126:
                (length,) = struct.unpack("!H", self.take(2))
            elif length == 127:
                (length,) = struct.unpack("!Q", self.take(8))
            payload = self.take(length)
            opcode = first & 0x0F
            if opcode == 0x9:
                self.write(0xA, payload)
            elif opcode == 0x8:
                raise SystemExit(f"closed with {struct.unpack('!H', payload[:2])[0]}")
            elif opcode == 0x1:
                return json.loads(payload)

    def ask(self, **request):
        """Sends a request and returns its answer; events that come before it are kept."""
        self.last_id += 1
        request["id"] = str(self.last_id)
        self.write(0x1, json.dumps(request).encode())
        while True:
            message = self.read()
            if message.get("id") == request["id"]:
                return message
            self.events.append(message)

    def event(self, wanted):
        while True:
            message = self.events.pop(0) if self.events else self.read()
            if wanted(message):
                return message


def say(**line):
    print(json.dumps(line), flush=True)


def main():
    host, port, room, password = sys.argv[1:5]
    connection = Connection(host, int(port))
    me = connection.ask(type="hello", client="stranger.py")["user"]
    if room == "-":
        created = connection.ask(type="room.create", title="from python", max=3, password=password)
        room = created["room"]["id"]
    say(did="created", room=room)
    # Who opened the room is its owner, and needs no password (C4).
    joined = connection.ask(type="chat.join", room=room)
    if joined["type"] == "error":
        assert joined["code"] == "passwordRequired", joined
        joined = connection.ask(type="chat.join", room=room, password=password)
    assert joined["type"] == "chat.joined" and me in joined["members"], joined
    ack = connection.ask(type="chat.send", room=room, clientMessageId="py-1", text="hello from python 안녕")
    again = connection.ask(type="chat.send", room=room, clientMessageId="py-1", text="hello from python 안녕")
    assert ack["seq"] == again["seq"], (ack, again)
    say(did="spoke", seq=ack["seq"])
    heard = connection.event(
        lambda message: message["type"] == "chat.chat" and message["message"].get("text", "").startswith("hi")
    )
    say(did="heard", text=heard["message"]["text"], seq=heard["message"]["seq"])
    assert connection.ask(type="chat.leave", room=room)["type"] == "chat.left"
    connection.write(0x8, struct.pack("!H", 1000))
    say(did="left")


main()
