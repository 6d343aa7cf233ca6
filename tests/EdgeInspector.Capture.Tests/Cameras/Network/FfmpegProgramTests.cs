using System.Runtime.Versioning;
using EdgeInspector.Capture.Cameras;
using EdgeInspector.Capture.Cameras.Network;
using EdgeInspector.Capture.ImageFiles;
using EdgeInspector.Capture.Tests.Support;

namespace EdgeInspector.Capture.Tests.Cameras.Network;

/// <summary>The versions of ffmpeg that plants have, each played by a script around the one that is installed here.</summary>
[SupportedOSPlatform("linux")]
public sealed class FfmpegProgramTests
{
    // 4.4 knows neither -fps_mode nor options in a list of addresses; it says so in these words.
    private const string Version44 = """
        for word in "$@"; do
            if [ "$word" = -fps_mode ]; then
                echo "Unrecognized option 'fps_mode'." >&2
                echo "Error splitting the argument list: Option not found" >&2
                exit 1
            fi
        done
        case "$*" in
            *concat*) script=$(cat); case "$script" in
                *"
        option "*) echo "[concat @ 0x1] Line 3: unknown keyword 'option'" >&2; exit 1;;
            esac
            printf '%s\n' "$script" | exec ffmpeg "$@";;
        esac
        exec ffmpeg "$@"
        """;

    private const string Version9 = """
        for word in "$@"; do
            if [ "$word" = -vsync ]; then
                echo "Unrecognized option 'vsync'." >&2
                exit 1
            fi
        done
        exec ffmpeg "$@"
        """;

    private const string Version42 = """
        for word in "$@"; do
            case "$word" in
                -fps_mode|-autoscale) echo "Unrecognized option '${word#-}'." >&2; exit 1;;
            esac
        done
        exec ffmpeg "$@"
        """;

    [Fact]
    public void The_one_that_is_installed_is_understood()
    {
        InstalledPrograms.Need("ffmpeg");
        Assert.Contains(FfmpegProgram.Installed.Understands().FrameRateOption, (string[])["-fps_mode", "-vsync"]);
    }

    [Fact]
    public void Version_4_4_reads_a_stream_over_the_transport_that_is_set_and_shows_no_password()
    {
        using RtspServer server = RtspServer.Start("--user", "cam", "--password", "p@ss:w/rd");
        using var folder = new TemporaryFolder();
        string seen = folder["arguments"];
        FfmpegProgram program = StandIn(folder, $"printf '%s\\n' \"$*\" >> '{seen}'\n{Version44}");
        Assert.Equal(new FfmpegProgram.Speech("-vsync", TakesListOptions: false), program.Understands());
        var options = new UrlOptions { Address = server.Address, UserName = "cam", Password = "p@ss:w/rd" };
        using FeedBench bench = new FeedBench(
            new UrlCamera(options, TimeProvider.System, null, new ImageLimits(), program),
            new CameraOptions { Url = options },
            TimeProvider.System).Start();
        Eventually.True(() => bench.Sink.Count >= 10);
        Assert.Equal("transport tcp", server.Lines.Last(line => line.StartsWith("transport", StringComparison.Ordinal)));
        string arguments = File.ReadAllText(seen);
        Assert.Contains("rtsp://127.0.0.1", arguments, StringComparison.Ordinal);
        Assert.DoesNotContain("p@ss", arguments, StringComparison.Ordinal);
        Assert.DoesNotContain("p%40ss", arguments, StringComparison.Ordinal);
    }

    [Fact]
    public void A_version_that_dropped_the_old_names_is_asked_by_the_new()
    {
        InstalledPrograms.Need("ffmpeg");
        using var folder = new TemporaryFolder();
        Assert.Equal(new FfmpegProgram.Speech("-fps_mode", TakesListOptions: true), StandIn(folder, Version9).Understands());
    }

    [Fact]
    public void One_that_is_too_old_is_named_so()
    {
        InstalledPrograms.Need("ffmpeg");
        using var folder = new TemporaryFolder();
        string fault = Assert.Throws<CameraException>(() => StandIn(folder, Version42).Understands()).Message;
        Assert.Contains("does not understand 'autoscale': it is too old", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void One_that_is_missing_or_does_not_start_is_named_so()
    {
        using var folder = new TemporaryFolder();
        Assert.Contains(
            "was not found",
            Assert.Throws<CameraException>(() => new FfmpegProgram(folder["none"]).Understands()).Message,
            StringComparison.Ordinal);
        FfmpegProgram broken = StandIn(
            folder, "echo 'ffmpeg: error while loading shared libraries: libavdevice.so.58: cannot open shared object file' >&2; exit 127");
        Assert.Contains(
            "since libavdevice.so.58 is missing",
            Assert.Throws<CameraException>(() => broken.Understands()).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void It_is_tried_once()
    {
        InstalledPrograms.Need("ffmpeg");
        using var folder = new TemporaryFolder();
        FfmpegProgram program = StandIn(folder, $"echo run >> '{folder["runs"]}'\nexec ffmpeg \"$@\"");
        program.Understands();
        program.Understands();
        Assert.Single(File.ReadAllLines(folder["runs"]));
    }

    private static FfmpegProgram StandIn(TemporaryFolder folder, string script)
    {
        string path = folder["ffmpeg"];
        File.WriteAllText(path, "#!/bin/sh\n" + script + "\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return new FfmpegProgram(path);
    }
}
