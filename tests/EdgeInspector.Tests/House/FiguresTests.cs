using System.CodeDom.Compiler;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace EdgeInspector.Tests.House;

/// <summary>Those figures of <c>tests/figures.cs</c> that are rules. The width of lines is held by <c>tests/width.py</c>.</summary>
public sealed class FiguresTests
{
    private const int LongestFile = 400, MostParameters = 6;

    [Fact]
    public void No_file_is_too_long()
    {
        string[] files =
        [
            .. Directory.EnumerateFiles(Repository.PathOf("src"), "*.cs", SearchOption.AllDirectories)
                .Concat(Directory.EnumerateFiles(Repository.PathOf("tests"), "*.cs", SearchOption.AllDirectories))
                .Where(file => !file.Split(Path.DirectorySeparatorChar).Any(folder => folder is "obj" or "bin")),
        ];
        Assert.True(files.Length > 500, $"Only {files.Length} files were found.");
        string[] tooLong =
        [
            .. files.Select(file => (Path: Path.GetRelativePath(Repository.Root, file), Lines: File.ReadLines(file).Count()))
                .Where(file => file.Lines > LongestFile).Select(file => $"{file.Path}: {file.Lines} lines"),
        ];
        Assert.True(tooLong.Length == 0, $"Files of more than {LongestFile} lines:\n{string.Join('\n', tooLong)}");
    }

    [Fact]
    public void No_constructor_has_too_many_parameters()
    {
        Assembly[] ours =
        [
            .. Directory.EnumerateFiles(AppContext.BaseDirectory, "EdgeInspector*.dll").Where(IsOfSource).Select(Assembly.LoadFrom),
        ];
        Type[] types = [.. ours.SelectMany(assembly => assembly.GetTypes()).Where(IsWritten)];
        Assert.True(types.Length > 500, $"Only {types.Length} types were found.");
        string[] tooMany =
        [
            .. types.Where(type => !IsRecord(type))
                .SelectMany(type => type.GetConstructors(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance))
                .Where(constructor => constructor.GetParameters().Length > MostParameters)
                .Select(constructor => $"{constructor.DeclaringType}: {constructor.GetParameters().Length}"),
        ];
        Assert.True(tooMany.Length == 0, $"Constructors of more than {MostParameters} parameters:\n{string.Join('\n', tooMany)}");
    }

    private static bool IsOfSource(string library) => Directory.Exists(Repository.PathOf("src", Path.GetFileNameWithoutExtension(library)));

    private static bool IsWritten(Type type) =>
        !type.IsDefined(typeof(CompilerGeneratedAttribute)) && !type.IsDefined(typeof(GeneratedCodeAttribute));

    // A record is made of its data, and may be of much.
    private static bool IsRecord(Type type) =>
        type.GetMethod("PrintMembers", BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.DeclaredOnly) is not null;
}
