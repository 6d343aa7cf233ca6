#!/usr/bin/env python3
"""Keeps what EdgeInspector stations tell in a SQLite database: each event once, each picture with its event.

    apt install python3-paho-mqtt
    ./subscriber.py --broker broker --port 8883 --ca ca.pem --user quality --password-file pw --db parts.db

    SELECT json_extract(json, '$.verdict'), count(*) FROM events WHERE kind = 'verdict' GROUP BY 1;

The event's id is the key, so that what the broker delivers twice is kept once. For paho 1.x (Debian 12, Ubuntu 24.04) and 2.x.
"""
import argparse
import json
import re
import signal
import sqlite3
import sys
import threading
import time
import uuid

import paho.mqtt.client as mqtt
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

SILENCE = 2.5  # seconds; the heart beats once a second
DAY = 24 * 60 * 60


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--broker", default="localhost")
    parser.add_argument("--port", type=int, default=1883)
    parser.add_argument("--prefix", default="edgeinspector/+/+")
    parser.add_argument("--db", default="parts.db")
    parser.add_argument("--user")
    parser.add_argument("--password-file")
    parser.add_argument("--ca", help="certificate of the authority; switches TLS on")
    parser.add_argument("--cert")
    parser.add_argument("--key")
    parser.add_argument("--client-id", default="edgeinspector-subscriber-python")
    return parser.parse_args()


def say(line):
    print(re.sub(r"[\x00-\x1f\x7f-\x9f]", "?", line), flush=True)


class Subscriber:
    def __init__(self, given):
        self.given = given
        self.depth = len(given.prefix.split("/"))
        self.failed = threading.Event()
        self.stations = {}  # prefix → {"status", "shown", "beat_at", "silent"}
        # The network's thread writes, and nobody else.
        self.db = sqlite3.connect(given.db, check_same_thread=False, isolation_level=None)
        self.db.execute("PRAGMA journal_mode = WAL")
        self.db.execute(
            "CREATE TABLE IF NOT EXISTS events (id TEXT PRIMARY KEY, kind TEXT, station TEXT, replayed INTEGER, json TEXT) WITHOUT ROWID")
        self.db.execute("CREATE TABLE IF NOT EXISTS images (event_id TEXT PRIMARY KEY, jpeg BLOB)")

    def connected(self, client, _userdata, _flags, reason, *_):
        if getattr(reason, "value", reason) != 0:
            say(f"the broker refused the login: {reason}")
            return
        say(f"connected to {self.given.broker}")
        prefix = self.given.prefix
        client.subscribe([(f"{prefix}/event", 1), (f"{prefix}/image", 1), (f"{prefix}/state", 1), (f"{prefix}/heartbeat", 0)])

    def disconnected(self, *_):
        for station in self.stations.values():
            station["beat_at"] = None

    # Everything in here is done before the library acknowledges the message: what was not committed is delivered again.
    def received(self, _client, _userdata, message):
        levels = message.topic.split("/")
        prefix, kind = "/".join(levels[: self.depth]), levels[self.depth]
        try:
            if kind == "event":
                self.keep_event(message.payload)
            elif kind == "image":
                self.keep_image(message)
            elif kind == "state":
                self.show_state(prefix, message.payload)
            elif kind == "heartbeat":
                self.beat(prefix)
        except (ValueError, KeyError, TypeError, AttributeError) as fault:
            say(f"{message.topic}: not as the contract says ({fault!r}); skipped")
        except sqlite3.Error as fault:
            # A full disk: the program ends, and what is not acknowledged comes again.
            say(f"{self.given.db}: {fault}")
            self.failed.set()
            raise

    def keep_event(self, payload):
        event = json.loads(payload)
        key = str(uuid.UUID(event["id"]))
        added = self.db.execute(
            "INSERT OR IGNORE INTO events VALUES (?, ?, ?, ?, ?)",
            (key, event["kind"], event.get("station"), event["replayed"], payload.decode()),
        ).rowcount
        if not added:
            say(f"duplicate {key}")
            return
        # History is for the record only; nobody should act on it.
        age = "history" if event["replayed"] else "news"
        if event["kind"] == "verdict":
            reason = f" ({event['reason']})" if event["reason"] else ""
            say(f"{age} {event['line']}/{event['station']} {event['part']}: {event['verdict']}{reason} {event['rule'] or ''}")
        elif event["kind"] in ("eventsLost", "imagesLost"):
            say(f"{age} LOST {event['count']}: {event['reason']}")
        elif event["kind"] == "refused":
            say(f"{age} NOT TAKEN by the broker, an {event['what']}: {event['reason']}")
        else:  # model, command, and kinds that are yet to come
            say(f"{age} {event['kind']} at {event.get('station')}")

    def keep_image(self, message):
        properties = dict(getattr(message.properties, "UserProperty", []))
        if "event-id" not in properties:
            say("a picture that names no event (MQTT 3.1.1?); skipped")
            return
        key = str(uuid.UUID(properties["event-id"]))
        added = self.db.execute("INSERT OR IGNORE INTO images VALUES (?, ?)", (key, message.payload)).rowcount
        say(f"picture of {key}" if added else f"duplicate picture of {key}")

    def show_state(self, prefix, payload):
        if not payload:  # taken out of service
            self.stations.pop(prefix, None)
            return
        state = json.loads(payload)
        now = " · ".join([state["status"], *(f"{one['component']}: {one['reason']}" for one in state["reasons"])])
        station = self.stations.setdefault(prefix, {"beat_at": None, "silent": False, "shown": None})
        if station["shown"] != now:
            say(f"{prefix} is {now}")
        station.update(status=state["status"], shown=now)

    def beat(self, prefix):
        station = self.stations.get(prefix)
        if station is None:
            return
        if station["silent"]:
            say(f"{prefix} is heard again")
        station.update(beat_at=time.monotonic(), silent=False)

    # The broker tells of a dead station too, by its last will, but only after 1.5 keep-alives.
    def look(self):
        for prefix, station in list(self.stations.items()):
            beat_at = station["beat_at"]
            if station["status"] != "offline" and not station["silent"] and beat_at and time.monotonic() - beat_at > SILENCE:
                station["silent"] = True
                say(f"{prefix} is silent: no heartbeat for {SILENCE} s")


def main():
    given = arguments()
    subscriber = Subscriber(given)
    options = {"client_id": given.client_id, "protocol": mqtt.MQTTv5}
    if hasattr(mqtt, "CallbackAPIVersion"):
        options["callback_api_version"] = mqtt.CallbackAPIVersion.VERSION2
    client = mqtt.Client(**options)
    client.on_connect, client.on_disconnect, client.on_message = subscriber.connected, subscriber.disconnected, subscriber.received
    if given.user:
        password = open(given.password_file, encoding="utf-8").readline().rstrip("\n") if given.password_file else None
        client.username_pw_set(given.user, password)
    if given.ca:
        client.tls_set(ca_certs=given.ca, certfile=given.cert, keyfile=given.key)
    # The broker keeps events for us while we are away, for a day: the id must stay the same.
    properties = Properties(PacketTypes.CONNECT)
    properties.SessionExpiryInterval = DAY
    client.connect_async(given.broker, given.port, clean_start=False, properties=properties)
    client.loop_start()

    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    while not stop.wait(0.25) and not subscriber.failed.is_set():
        subscriber.look()
    client.disconnect()
    client.loop_stop()
    return 1 if subscriber.failed.is_set() else 0


if __name__ == "__main__":
    sys.exit(main())
