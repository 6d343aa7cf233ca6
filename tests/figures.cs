#!/usr/bin/env dotnet
#:package Microsoft.CodeAnalysis.CSharp
#:property PublishAot=false
// How the house is built, in figures: dotnet run tests/figures.cs [FOLDER]
// Lines per file and per method, constructors with many parameters, long lines, and which project refers to which.
// FOLDER is another checkout, to compare.
using System.Globalization;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

const int Widest = 140, MostParameters = 6, LongestFile = 400;

string root = Path.GetFullPath(args is [var folder] ? folder : ".");
var files = new List<(string Path, int Lines)>();
var methods = new List<(string Name, int Lines)>();
var constructors = new List<(string Name, int Parameters)>();
var wide = new List<(string Path, int Lines)>();

foreach (string path in Sources("src", "*.cs").Concat(Sources("tests", "*.cs")))
{
    string[] lines = File.ReadAllLines(path);
    string name = Path.GetRelativePath(root, path);
    if (lines.Count(line => line.Length > Widest) is > 0 and var tooWide)
        wide.Add((name, tooWide));
    if (!name.StartsWith("src", StringComparison.Ordinal))
        continue;
    files.Add((name, lines.Length));
    SyntaxNode tree = CSharpSyntaxTree.ParseText(string.Join('\n', lines)).GetRoot();
    foreach (BaseMethodDeclarationSyntax method in tree.DescendantNodes().OfType<BaseMethodDeclarationSyntax>())
    {
        if (method is { Body: null, ExpressionBody: null })
            continue;
        methods.Add(($"{TypeOf(method)}.{NameOf(method)}", LinesOf(method)));
        if (method is ConstructorDeclarationSyntax constructor)
            constructors.Add((TypeOf(method), constructor.ParameterList.Parameters.Count));
    }
    // Records hold data; what they are made of is their whole point.
    foreach (TypeDeclarationSyntax type in tree.DescendantNodes().OfType<TypeDeclarationSyntax>())
    {
        if (type is not RecordDeclarationSyntax && type.ParameterList is { } primary)
            constructors.Add((type.Identifier.Text, primary.Parameters.Count));
    }
}

Console.WriteLine($"{files.Count} files in src, {files.Sum(file => file.Lines)} lines");
Print("lines of a file", [.. files.Select(file => file.Lines)]);
Print("lines of a method", [.. methods.Select(method => method.Lines)]);
List($"files above {LongestFile} lines", files.Where(file => file.Lines > LongestFile));
List("longest methods", methods.OrderByDescending(method => method.Lines).Take(10));
List($"constructors above {MostParameters} parameters", constructors.Where(one => one.Parameters > MostParameters));
Console.WriteLine($"\nlines above {Widest} columns: {wide.Sum(file => file.Lines)} in {wide.Count} files");
Console.WriteLine("\nwhat refers to what:");
foreach (string project in Sources("src", "*.csproj").Order(StringComparer.Ordinal))
{
    IEnumerable<string> others = XDocument.Load(project).Descendants("ProjectReference")
        .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/')));
    Console.WriteLine($"  {Path.GetFileNameWithoutExtension(project)} → {string.Join(", ", others.Order(StringComparer.Ordinal))}");
}

IEnumerable<string> Sources(string below, string pattern) =>
    Directory.EnumerateFiles(Path.Combine(root, below), pattern, SearchOption.AllDirectories)
        .Where(path => !path.Split(Path.DirectorySeparatorChar).Any(part => part is "obj" or "bin"));

static int LinesOf(SyntaxNode node)
{
    FileLinePositionSpan span = node.SyntaxTree.GetLineSpan(node.Span);
    return span.EndLinePosition.Line - span.StartLinePosition.Line + 1;
}

static string TypeOf(SyntaxNode node) => node.FirstAncestorOrSelf<TypeDeclarationSyntax>()?.Identifier.Text ?? "";

static string NameOf(BaseMethodDeclarationSyntax method) => method switch
{
    MethodDeclarationSyntax named => named.Identifier.Text,
    ConstructorDeclarationSyntax => "constructor",
    _ => "operator",
};

static void Print(string what, List<int> figures)
{
    figures.Sort();
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"{what}: median {At(0.5)}, 90th percentile {At(0.9)}, 99th percentile {At(0.99)}, most {figures[^1]}"));

    int At(double share) => figures[(int)(share * (figures.Count - 1))];
}

static void List(string what, IEnumerable<(string Name, int Count)> found)
{
    (string Name, int Count)[] all = [.. found.OrderByDescending(one => one.Count)];
    Console.WriteLine($"\n{what}: {all.Length}");
    foreach ((string name, int count) in all)
        Console.WriteLine($"  {count,5}  {name}");
}
