namespace EdgeInspector.LineTests.Line;

/// <summary>Programs for Node, with the packages that their lock file names.</summary>
internal static class Npm
{
    public static bool IsInstalled { get; } = InstalledPrograms.Find("npm") is not null;

    /// <summary>Copies a program into a folder of the test and installs its packages there; gives the folder.</summary>
    public static string Install(string program, string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (string file in Directory.EnumerateFiles(program))
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        using ChildProcess npm = ChildProcess.Start("npm", ["ci", "--no-audit", "--no-fund", "--ignore-scripts"], folder);
        Assert.True(npm.WaitForExit(TimeSpan.FromMinutes(3)) == 0, npm.Said);
        return folder;
    }
}
