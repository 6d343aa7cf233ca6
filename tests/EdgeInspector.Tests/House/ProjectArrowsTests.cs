using System.Xml.Linq;

namespace EdgeInspector.Tests.House;

/// <summary>Which project refers to which, as ARCHITECTURE.md draws it.</summary>
public sealed class ProjectArrowsTests
{
    /// <summary>Everybody may see this project, and it sees nobody.</summary>
    private const string Foundation = "Foundation";

    /// <summary>
    /// What each project may see beside <see cref="Foundation"/>. The empty name is the executable, which brings all together.
    /// </summary>
    private static readonly (string Project, string[] Sees)[] Allowed =
    [
        (Foundation, []),
        ("Inspection", []),
        ("Capture", ["Inspection"]),
        ("SimulatedLine", ["Inspection", "Capture"]),
        ("Inference", ["Inspection"]),
        ("ModelStore", ["Inspection", "Inference"]),
        ("Delivery", ["Inspection"]),
        // Of Capture it uses the safe reading of picture files.
        ("Web", ["Inspection", "Capture", "Inference", "ModelStore", "Delivery"]),
        ("", ["Inspection", "Capture", "SimulatedLine", "Inference", "ModelStore", "Delivery", "Web"]),
    ];

    /// <summary>The packages of the projects that are to need next to none.</summary>
    private static readonly Dictionary<string, string[]> Packages = new()
    {
        [Foundation] = ["Microsoft.Extensions.Logging.Abstractions"],
        ["Inspection"] = ["Microsoft.Extensions.Logging.Abstractions"],
    };

    [Fact]
    public void Each_project_refers_to_those_alone_that_it_may_see()
    {
        Dictionary<string, string[]> allowed = Allowed.ToDictionary(arrow => arrow.Project, arrow => arrow.Sees);
        string[] projects = [.. Directory.EnumerateFiles(Repository.PathOf("src"), "*.csproj", SearchOption.AllDirectories)];
        Assert.Equal(allowed.Keys.Order(StringComparer.Ordinal), projects.Select(NameOf).Order(StringComparer.Ordinal));
        string[] strays =
        [
            .. projects.SelectMany(project => References(project, "ProjectReference").Select(NameOf)
                .Where(other => NameOf(project) == Foundation || (other != Foundation && !allowed[NameOf(project)].Contains(other)))
                .Select(other => $"{NameOf(project)} → {other}")),
        ];
        Assert.True(strays.Length == 0, $"Arrows that the house does not have: {string.Join(", ", strays)}");
    }

    [Fact]
    public void The_arrows_go_one_way()
    {
        // Whoever is seen stands higher on the list, so no arrow can lead back.
        string[] order = [.. Allowed.Select(arrow => arrow.Project)];
        Assert.All(Allowed, arrow => Assert.All(arrow.Sees, other =>
            Assert.True(
                order.Take(Array.IndexOf(order, arrow.Project)).Contains(other), $"{arrow.Project} → {other} goes down the list.")));
    }

    [Fact]
    public void The_domain_and_what_lies_below_it_need_no_package_but_the_words_of_logging() =>
        Assert.All(Packages, project => Assert.Equal(
            project.Value,
            References(
                Repository.PathOf("src", $"EdgeInspector.{project.Key}", $"EdgeInspector.{project.Key}.csproj"), "PackageReference")));

    [Fact]
    public void What_all_tests_share_knows_no_project() =>
        Assert.Empty(
            References(Repository.PathOf("tests", "EdgeInspector.TestSupport", "EdgeInspector.TestSupport.csproj"), "ProjectReference"));

    private static IEnumerable<string> References(string project, string kind) =>
        XDocument.Load(project).Descendants(kind).Select(reference => (string)reference.Attribute("Include")!);

    /// <summary>The name of a project without the word with which all begin; empty for the executable.</summary>
    private static string NameOf(string project) => Path.GetFileNameWithoutExtension(project)["EdgeInspector".Length..].TrimStart('.');
}
