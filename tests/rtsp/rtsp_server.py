#!/usr/bin/python3
"""A small RTSP server for tests: rings that run inwards, as a network camera would send them.

    rtsp_server.py PORT [--path /cam] [--width 320] [--height 240] [--fps 25] [--user NAME --password WORD] [--end-with-input]

Needs Debian's python3-gi, gir1.2-gst-rtsp-server-1.0, gstreamer1.0-plugins-base, -good, -ugly (x264).
PORT 0 takes a free one. SIGUSR1 freezes the picture, as when a sensor has stopped and the encoder goes on; SIGUSR2 lets it move again.
Prints "ready PORT" once it listens and "transport tcp" or "transport udp" for each client that starts to play.
Ends on SIGTERM, with --end-with-input also when standard input closes.
"""
import argparse
import signal
import sys
import threading

try:
    import gi
    gi.require_version("Gst", "1.0")
    gi.require_version("GstRtsp", "1.0")
    gi.require_version("GstRtspServer", "1.0")
    from gi.repository import GLib, Gst, GstRtsp, GstRtspServer
except (ImportError, ValueError) as missing:
    print(f"missing: {missing}", flush=True)
    sys.exit(77)

# How fast the rings run; they fill the picture, as what a camera sees does.
MOVING = 5


def say_transport(client, context):
    ok, value = context.request.get_header(GstRtsp.RTSPHeaderField.TRANSPORT, 0)
    if ok == GstRtsp.RTSPResult.OK:
        print("transport " + ("tcp" if "TCP" in value else "udp"), flush=True)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("port")
    arguments.add_argument("--path", default="/cam")
    arguments.add_argument("--width", type=int, default=320)
    arguments.add_argument("--height", type=int, default=240)
    arguments.add_argument("--fps", type=int, default=25)
    arguments.add_argument("--user")
    arguments.add_argument("--password")
    arguments.add_argument("--end-with-input", action="store_true")
    options = arguments.parse_args()

    Gst.init(None)
    if Gst.ElementFactory.find("x264enc") is None or Gst.ElementFactory.find("videotestsrc") is None:
        print("missing: GStreamer's videotestsrc or x264enc", flush=True)
        sys.exit(77)
    factory = GstRtspServer.RTSPMediaFactory()
    factory.set_launch(
        f"( videotestsrc name=source is-live=true pattern=zone-plate kx2=20 ky2=20 kt={MOVING} "
        f"! video/x-raw,width={options.width},height={options.height},framerate={options.fps}/1 "
        f"! x264enc tune=zerolatency speed-preset=ultrafast key-int-max={options.fps} ! rtph264pay name=pay0 pt=96 )")
    factory.set_shared(True)
    sources = []
    factory.connect("media-configure", lambda _, media: sources.append(media.get_element().get_by_name("source")))
    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service(options.port)
    server.get_mount_points().add_factory(options.path, factory)
    if options.user:
        auth = GstRtspServer.RTSPAuth()
        token = GstRtspServer.RTSPToken()
        token.set_string("media.factory.role", "user")
        auth.add_basic(GstRtspServer.RTSPAuth.make_basic(options.user, options.password), token)
        server.set_auth(auth)
        permissions = GstRtspServer.RTSPPermissions()
        permissions.add_permission_for_role("user", "media.factory.access", True)
        permissions.add_permission_for_role("user", "media.factory.construct", True)
        factory.set_permissions(permissions)
    server.connect("client-connected", lambda _, client: client.connect("setup-request", say_transport))
    if server.attach(None) == 0:
        print(f"cannot listen on port {options.port}", flush=True)
        sys.exit(1)
    loop = GLib.MainLoop()

    def move(by):
        for source in sources:
            source.set_property("kt", by)
        print(f"moves by {by}", flush=True)
        return True

    GLib.unix_signal_add(GLib.PRIORITY_DEFAULT, signal.SIGUSR1, move, 0)
    GLib.unix_signal_add(GLib.PRIORITY_DEFAULT, signal.SIGUSR2, move, MOVING)

    def end_with_input():
        sys.stdin.read()
        loop.quit()

    if options.end_with_input:
        threading.Thread(target=end_with_input, daemon=True).start()
    print(f"ready {server.get_bound_port()}", flush=True)
    loop.run()


if __name__ == "__main__":
    main()
