using System.Diagnostics;
using EdgeInspector.Printing;
using EdgeInspector.Tests.Logging;
using Spectre.Console;

namespace EdgeInspector.Tests.Printing;

[Collection(nameof(ConsoleTests))]
public sealed class TerminalTests
{
    [Fact]
    public void A_table_shows_names_and_does_nothing_that_they_say()
    {
        using var written = new StringWriter();
        IAnsiConsole console = Terminal.On(written);
        console.Profile.Width = 4000;
        console.Write(new Table().AddColumn("name").AddRow(new Text(HostileNames.All)).AddRow(Terminal.Cell("one\nline")));
        console.WriteLine(HostileNames.All);
        HostileNames.AssertNoneIn(written.ToString());
        Assert.Contains("\\u001B[2J", written.ToString(), StringComparison.Ordinal);
        Assert.Contains("[red]b[/]", written.ToString(), StringComparison.Ordinal);
        Assert.Contains("one\\u000Aline", written.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_cell_is_as_wide_as_what_it_shows()
    {
        using var written = new StringWriter();
        IAnsiConsole console = Terminal.On(written);
        console.Profile.Width = 400;
        console.Write(new Table().AddColumn("name").AddRow(Terminal.Cell("a\u001b[2J\u202e")).AddRow(Terminal.Cell("b")));
        Assert.Single(written.ToString().TrimEnd().Split('\n').Select(line => line.TrimEnd().Length).Distinct());
    }

    [Fact]
    public void Colours_and_movements_that_are_ours_stay()
    {
        using var written = new StringWriter();
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.Yes,
            ColorSystem = ColorSystemSupport.Standard,
            Out = new AnsiConsoleOutput(written),
        });
        console.Pipeline.Attach(new PrintableRendering());
        console.Write(new Text("red\u001b[5m", new Style(Color.Red)));
        Assert.Matches("^\u001b\\[[0-9;]+mred\\\\u001B\\[5m\u001b\\[0m$", written.ToString().TrimEnd());
    }

    [Fact]
    public void What_is_written_past_the_tables_is_printable_as_well()
    {
        using var written = new StringWriter();
        using var writer = new PrintableWriter(written);
        writer.WriteLine(HostileNames.All);
        writer.Write(HostileNames.All.ToCharArray());
        foreach (char one in HostileNames.All + "𝄞")
            writer.Write(one);
        writer.WriteLine();
        HostileNames.AssertNoneIn(written.ToString());
        Assert.Contains("𝄞", written.ToString(), StringComparison.Ordinal);
        PrintableWriter.Trust(() => writer.Write("\u001b[1m"));
        Assert.EndsWith("\u001b[1m", written.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Inspect_prints_names_of_files_and_arguments_and_nothing_else()
    {
        using var folder = new TemporaryFolder();
        // No file name holds a zero, a slash or half a character.
        string[] names =
            [.. HostileNames.Characters.Where(one => one != "\0" && !(one.Length == 1 && char.IsSurrogate(one[0]))), "\n", "[red]"];
        foreach (string name in names)
            File.WriteAllText(folder[$"a{name}b.png"], "no picture");
        foreach (string[] arguments in (string[][])
        [
            [folder.Path],
            [folder.Path, "--json"],
            [folder["missing\u001b[2J"]],
            ["--\u001b[2J\u202e"],
        ])
        {
            var start = new ProcessStartInfo(
                "dotnet", [Path.Combine(AppContext.BaseDirectory, "EdgeInspector.dll"), "inspect", .. arguments])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            using var process = Process.Start(start)!;
            Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            HostileNames.AssertNoneIn(await output);
            HostileNames.AssertNoneIn(await error);
            if (arguments is [_, "--json"])
            {
                IEnumerable<string?> images = (await output).Trim().Split('\n')
                    .Select(line => System.Text.Json.JsonDocument.Parse(line).RootElement.GetProperty("image").GetString());
                Assert.Equal(names.Select(name => folder[$"a{name}b.png"]).Order(StringComparer.Ordinal), images);
            }
        }
    }

    /// <summary>A new command can't pass by the one place unseen.</summary>
    [Fact]
    public void Nothing_makes_a_console_of_its_own()
    {
        string[] strays = [.. Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Where(file => Path.GetFileName(file) != "Terminal.cs")
            .Where(file => File.ReadAllText(file) is var text && (text.Contains(" AnsiConsole.", StringComparison.Ordinal)
                || text.Contains("(AnsiConsole.", StringComparison.Ordinal) || text.Contains("OpenStandardError", StringComparison.Ordinal)
                || text.Contains("new Markup(", StringComparison.Ordinal)))];
        Assert.Empty(strays);
    }
}
