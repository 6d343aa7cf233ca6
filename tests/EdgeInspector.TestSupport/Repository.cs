namespace EdgeInspector.TestSupport;

/// <summary>The repository that the tests were built in, for tests of its files and of programs that lie in it.</summary>
public static class Repository
{
    // Found from where the tests lie, not from the compiler's path of this file, which a reproducible build replaces.
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    /// <summary>The path of something in the repository.</summary>
    public static string PathOf(params string[] names) => Path.Combine([Root, .. names]);

    /// <summary>The text of a file, with line feeds alone.</summary>
    public static string Read(string path) => File.ReadAllText(PathOf(path)).ReplaceLineEndings("\n");

    private static string Find(string folder) => File.Exists(Path.Combine(folder, "EdgeInspector.sln"))
        ? folder
        : Find(Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests don't lie within the repository."));
}
