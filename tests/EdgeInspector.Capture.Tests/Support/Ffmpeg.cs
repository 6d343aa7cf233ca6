namespace EdgeInspector.Capture.Tests.Support;

internal static class Ffmpeg
{
    public static void SkipWhereAbsent() =>
        Assert.SkipUnless(
            (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, OperatingSystem.IsWindows() ? "ffmpeg.exe" : "ffmpeg"))),
            "The program ffmpeg is not installed; on Debian: apt-get install ffmpeg");
}
