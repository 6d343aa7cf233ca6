namespace EdgeInspector.TestSupport;

/// <summary>Programs that tests run and that may not be installed.</summary>
public static class InstalledPrograms
{
    /// <summary>Where a program lies: on the path, or where Debian puts those of administrators. Null: it is not installed.</summary>
    public static string? Find(string name) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Append("/usr/sbin").Append("/usr/local/sbin")
        .Select(folder => Path.Combine(folder, OperatingSystem.IsWindows() ? name + ".exe" : name))
        .FirstOrDefault(File.Exists);

    /// <summary>Where a program lies; skips the test where it is not installed, in the words that <c>tests/run.sh</c> looks for.</summary>
    public static string Need(string name)
    {
        string? program = Find(name);
        Assert.SkipWhen(program is null, $"The program {name} is not installed.");
        return program;
    }
}
