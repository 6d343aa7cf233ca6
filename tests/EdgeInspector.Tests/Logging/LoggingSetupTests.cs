using System.Collections;
using System.Text.Json;
using EdgeInspector.Logging;
using EdgeInspector.Settings;
using EdgeInspector.Tests.Printing;
using EdgeInspector.Tests.Settings;
using Serilog.Core;
using Serilog.Events;

namespace EdgeInspector.Tests.Logging;

/// <summary>The console belongs to the whole process: these tests run alone.</summary>
[CollectionDefinition(nameof(ConsoleTests), DisableParallelization = true)]
public sealed class ConsoleTests;

[Collection(nameof(ConsoleTests))]
public sealed class LoggingSetupTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TextWriter _standardOutput = Console.Out;
    private readonly TextWriter _standardError = Console.Error;
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();

    public LoggingSetupTests()
    {
        Console.SetOut(_output);
        Console.SetError(_error);
    }

    public void Dispose()
    {
        Console.SetOut(_standardOutput);
        Console.SetError(_standardError);
        _output.Dispose();
        _error.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_console_line_is_plain_and_its_values_are_not_quoted()
    {
        using (Logger log = LoggingSetup.Configure(null, _folder.Path, ConsoleUse.StandardOutput))
            log.Information("Station {Station} has {Count} parts", "weld-3", 5);
        Assert.Matches(@"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} INF Station weld-3 has 5 parts\r?\n$", _output.ToString());
        Assert.Equal("", _error.ToString());
    }

    [Fact]
    public void An_exception_is_one_line_on_the_console_and_whole_in_the_file()
    {
        using (Logger log = LoggingSetup.Configure(null, _folder.Path, ConsoleUse.StandardOutput))
        {
            try
            {
                throw new InvalidOperationException("the lens is\ndirty");
            }
            catch (InvalidOperationException fault)
            {
                log.Error(fault, "It failed");
                log.Error(fault, "It failed by {Cause}", fault.Message);
                log.Error("It failed: {Everything}", fault.ToString());
            }
        }
        string[] lines = _output.ToString().TrimEnd().Split('\n');
        Assert.Equal(3, lines.Length);
        Assert.EndsWith("ERR It failed: the lens is\\u000Adirty", lines[0].TrimEnd(), StringComparison.Ordinal);
        Assert.EndsWith("ERR It failed by the lens is\\u000Adirty", lines[1].TrimEnd(), StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", _output.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(
            nameof(An_exception_is_one_line_on_the_console_and_whole_in_the_file), _output.ToString(), StringComparison.Ordinal);

        using var first = JsonDocument.Parse(File.ReadLines(LogFile()).First());
        Assert.Contains("   at ", first.RootElement.GetProperty("@x").GetString(), StringComparison.Ordinal);
        Assert.Equal("It failed", first.RootElement.GetProperty("@mt").GetString());
        Assert.False(first.RootElement.TryGetProperty(OneLine.Cause, out _));
    }

    [Theory]
    [InlineData("\n", "A-17\\u000AERR B-18")]
    [InlineData("\r", "A-17\\u000DERR B-18")]
    [InlineData("\r\n", "A-17\\u000D\\u000AERR B-18")]
    [InlineData("\v", "A-17\\u000BERR B-18")]
    [InlineData("\f", "A-17\\u000CERR B-18")]
    [InlineData("\u001C", "A-17\\u001CERR B-18")]
    [InlineData("\u0085", "A-17\\u0085ERR B-18")]
    [InlineData("\u2028", "A-17\\u2028ERR B-18")]
    [InlineData("\u2029", "A-17\\u2029ERR B-18")]
    [InlineData("\n   at ", "A-17\\u000A   at ERR B-18")]
    public void Whatever_begins_a_line_in_a_name_is_seen_and_begins_none(string lineBreak, string shown)
    {
        string name = $"A-17{lineBreak}ERR B-18";
        using (Logger log = LoggingSetup.Configure(null, _folder.Path, ConsoleUse.StandardOutput))
            log.Warning("Part {Part:l} has no picture", name);
        Assert.Contains($"WRN Part {shown} has no picture", Assert.Single(Lines(_output.ToString())), StringComparison.Ordinal);
        string line = Assert.Single(Lines(File.ReadAllText(LogFile())));
        string written = JsonDocument.Parse(line).RootElement.GetProperty("Part").GetString()!;
        // The JSON of the file may carry the break itself, as an escape; what else it can't be trusted with is spelt out.
        Assert.Equal(name, written.Replace(shown, name, StringComparison.Ordinal));

        static string[] Lines(string text) => text.TrimEnd().Split(['\n', '\r', '\v', '\f', '\u001C', '\u0085', '\u2028', '\u2029']);
    }

    [Fact]
    public void Each_line_of_the_file_is_json_with_its_values()
    {
        using (Logger log = LoggingSetup.Configure(null, _folder.Path, ConsoleUse.StandardOutput))
        {
            log.Debug("unseen");
            log.ForContext(Constants.SourceContextPropertyName, "Microsoft.Hosting.Lifetime").Information("noise");
            log.ForContext(Constants.SourceContextPropertyName, "Microsoft.Hosting.Lifetime").Warning("no noise");
            log.Information("Station {Station}", "weld-3");
        }
        List<string> lines = [.. File.ReadLines(LogFile())];
        Assert.Equal(2, lines.Count);
        using var last = JsonDocument.Parse(lines[1]);
        Assert.Equal("weld-3", last.RootElement.GetProperty("Station").GetString());
        Assert.Matches("edgeinspector-[0-9]{8}\\.json$", LogFile());
    }

    [Fact]
    public void Nothing_that_a_log_line_holds_moves_a_terminal()
    {
        string name = HostileNames.All + "\nERR a line of its own";
        using (Logger log = LoggingSetup.Configure(null, _folder.Path, ConsoleUse.StandardOutput))
        {
            log.Information(
                "value {Value} and {@Values}",
                name,
                new { Part = name, Parts = new[] { name }, ByName = new Dictionary<string, string> { [name] = name } });
            log.ForContext(name, name).Information("property");
            log.Information(new InvalidOperationException(name, new IOException(name)), "exception");
#pragma warning disable CA2254 // Nobody should; whoever does must do no harm.
            log.Information(name);
            log.Information(name + " {Value}", new Uri("http://a/\u202e"));
#pragma warning restore CA2254
            using (Serilog.Context.LogContext.PushProperty(name, name))
                log.Information("scope {Character}", '\u202e');
        }
        HostileNames.AssertNoneIn(_output.ToString());
        HostileNames.AssertNoneIn(_error.ToString());
        Assert.Equal(6, _output.ToString().TrimEnd().Split('\n').Length);
        Assert.DoesNotContain("\nERR", _output.ToString(), StringComparison.Ordinal);
        string[] lines = File.ReadAllLines(LogFile());
        Assert.Equal(6, lines.Length);
        Assert.All(lines, line => HostileNames.AssertNoneIn(line));
        Assert.All(lines, line => JsonDocument.Parse(line).Dispose());
    }

    [Fact]
    public void The_uses_of_the_console_differ_in_where_and_how_much()
    {
        foreach (ConsoleUse use in (ConsoleUse[])[ConsoleUse.StandardError, ConsoleUse.WarningsOnStandardError])
        {
            using Logger log = LoggingSetup.Configure(null, _folder[use.ToString()], use);
            log.Information("info of {Use}", use);
            log.Warning("warning of {Use}", use);
        }
        Assert.Equal("", _output.ToString());
        Assert.Equal(
            ["info of StandardError", "warning of StandardError", "warning of WarningsOnStandardError"],
            _error.ToString().TrimEnd().Split('\n').Select(line => line.Split(' ', 4)[3].TrimEnd()));
    }

    [Fact]
    public void Levels_come_from_the_settings()
    {
        string file = _folder.Write("appsettings.json", """
            {
              "Serilog": {
                "MinimumLevel": { "Default": "Warning", "Override": { "Microsoft": "Debug", "EdgeInspector.Capture": "Verbose" } },
                "Enrich": []
              }
            }
            """);
        using (Logger log = LoggingSetup.Configure(Section(file), _folder.Path, ConsoleUse.StandardOutput))
        {
            log.Information("a");
            log.ForContext(Constants.SourceContextPropertyName, "Microsoft.X").Debug("b");
            log.ForContext(Constants.SourceContextPropertyName, "EdgeInspector.Capture.Y").Verbose("c");
        }
        Assert.Equal(["b", "c"], _output.ToString().TrimEnd().Split('\n').Select(line => line.Split(' ', 4)[3].TrimEnd()));
    }

    [Fact]
    public void An_argument_can_set_the_level()
    {
        using Logger log = LoggingSetup.Configure(
            Section(null, "--Serilog:MinimumLevel=Debug"), _folder.Path, ConsoleUse.StandardOutput);
        Assert.True(log.IsEnabled(LogEventLevel.Debug));
        Assert.False(log.IsEnabled(LogEventLevel.Verbose));
    }

    [Theory]
    [InlineData("--Serilog:MinimumLevel:Default=Loud", "Serilog: ")]
    [InlineData("--Serilog:MinimumLevel:Override:Microsoft=Loud", "Serilog: ")]
    [InlineData("--Serilog:MinimumLevle=Debug", "Serilog:MinimumLevle: this setting is not known; did you mean MinimumLevel?")]
    [InlineData("--Serilog=Debug", "Serilog: ")]
    public void A_broken_section_is_refused_with_a_sentence(string argument, string beginning)
    {
        SettingsNode? section = Section(null, argument);
        var refused = Assert.Throws<RefusedException>(() => LoggingSetup.Configure(section, _folder.Path, ConsoleUse.StandardOutput));
        string problem = Assert.Single(refused.Problems);
        Assert.StartsWith(beginning, problem, StringComparison.Ordinal);
        Assert.DoesNotContain("\n", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_said_once_and_stops_nothing()
    {
        _folder.Write("logs", "a file stands where the folder should be");
        using (Logger log = LoggingSetup.Configure(null, _folder.Path, ConsoleUse.StandardOutput))
        {
            for (int count = 0; count < 5; count++)
                log.Information("still here");
        }
        Assert.Equal(5, _output.ToString().TrimEnd().Split('\n').Length);
        string complaint = Assert.Single(_error.ToString().TrimEnd().Split('\n'));
        Assert.Contains(_folder["logs"], complaint, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_with_a_colon_is_shown_as_it_stands_in_the_file()
    {
        SettingsNode? section = Section(_folder.Write("a.json", """{ "Serilog": { "MinimumLevel:Default": "Debug" } }"""));
        var refused = Assert.Throws<RefusedException>(() => LoggingSetup.Configure(section, _folder.Path, ConsoleUse.StandardOutput));
        Assert.StartsWith(
            "Serilog:MinimumLevel:Default: this setting is not known;", Assert.Single(refused.Problems), StringComparison.Ordinal);
    }

    private static SettingsNode? Section(string? file, params string[] overrides) =>
        Reading.Sources(file, new Hashtable(), overrides).Root[LogSettings.Section];

    private string LogFile() => Assert.Single(Directory.GetFiles(_folder["logs"]));
}
