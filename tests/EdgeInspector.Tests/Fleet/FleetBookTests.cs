using System.Text;
using EdgeInspector.Delivery.Fleet;
using EdgeInspector.Fleet;
using Microsoft.Extensions.Time.Testing;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace EdgeInspector.Tests.Fleet;

public sealed class FleetBookTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly FleetBook _book;

    public FleetBookTests()
    {
        _time.Advance(TimeSpan.FromHours(1));
        _book = new FleetBook(TimeSpan.FromSeconds(3), ExpectedStations.Nobody, _time);
        _book.Connect(null);
    }

    private void Hear(string station, string status, bool retained = false, string reasons = "") => _book.Hear(new FleetMessage(
        $"p/{station}",
        true,
        retained,
        Encoding.UTF8.GetBytes($$$"""
            {"status":"{{{status}}}","at":"2026-11-25T10:00:00Z","line":"l","station":"{{{station}}}","reasons":[{{{reasons}}}],
             "counters":{"triggers":4,"pass":3,"reject":1}}
            """)));

    private void Beat(string station) => _book.Hear(new FleetMessage($"p/{station}", false, false, "1"u8.ToArray()));

    private Condition Of(string station) => _book.Stations().Single(s => s.Name == $"l/{station}").Condition;

    [Fact]
    public void A_station_whose_heart_stops_is_silent_and_is_heard_again()
    {
        Hear("s", "online");
        for (int i = 0; i < 5; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            Beat("s");
        }
        Assert.Equal(Condition.Online, Of("s"));
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(Condition.Silent, Of("s"));
        Beat("s");
        Assert.Equal(Condition.Online, Of("s"));
    }

    [Fact]
    public void What_the_broker_kept_is_believed_only_for_as_long_as_patience_lasts()
    {
        Hear("s", "online", retained: true);
        Assert.Equal((Condition.Online, null), (Of("s"), _book.Stations()[0].HeardAgo));
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(Condition.Silent, Of("s"));
    }

    [Fact]
    public void Nothing_is_held_against_a_station_while_the_broker_is_away_nor_right_after()
    {
        Hear("s", "degraded");
        _book.Connect("The connection was lost.");
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(Condition.Degraded, Of("s"));
        _book.Connect(null);
        Assert.Equal(Condition.Degraded, Of("s"));
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(Condition.Silent, Of("s"));
    }

    [Fact]
    public void Those_that_need_somebody_come_first_and_the_worst_gives_the_exit_code()
    {
        Hear("a", "online");
        Assert.Equal(ExitCode.Done, FleetSummary.Of(_book.Stations()).ExitCode);
        Hear("b", "degraded");
        Assert.Equal(ExitCode.Degraded, FleetSummary.Of(_book.Stations()).ExitCode);
        Hear("c", "offline");
        Assert.Equal(ExitCode.Offline, FleetSummary.Of(_book.Stations()).ExitCode);
        Assert.Equal(["l/c", "l/b", "l/a"], _book.Stations().Select(s => s.Name));
        Assert.Equal("1 online, 1 degraded, 1 offline", FleetSummary.Of(_book.Stations()).ToString());
        Assert.Equal(ExitCode.Offline, FleetSummary.Of([]).ExitCode);
    }

    [Fact]
    public void A_cleared_state_takes_the_station_out()
    {
        Hear("s", "offline");
        _book.Hear(new FleetMessage("p/s", true, false, []));
        Assert.Empty(_book.Stations());
    }

    [Fact]
    public void What_is_no_state_or_too_large_is_counted_and_changes_nothing()
    {
        Hear("s", "online");
        _book.Hear(new FleetMessage("p/s", true, false, "junk"u8.ToArray()));
        _book.Hear(new FleetMessage("p/t", true, false, null));
        _book.Hear(new FleetMessage("p/u", false, false, "1"u8.ToArray()));
        Assert.Equal((2, Condition.Online), (_book.Strangers, Assert.Single(_book.Stations()).Condition));
    }

    [Fact]
    public void A_broker_full_of_strangers_does_not_fill_the_memory()
    {
        for (int i = 0; i < 20_100; i++)
            Hear($"s{i}", "online");
        Assert.Equal((20_000, 100), (_book.Stations().Count, _book.Strangers));
    }

    [Theory]
    [InlineData(80)]
    [InlineData(120)]
    [InlineData(200)]
    public void The_table_stays_within_the_console_and_names_what_is_wrong(int width)
    {
        Hear("weld-3", "online");
        Hear("weld-4", "degraded", reasons: """{"component":"camera","reason":"The camera [cam-4] does not answer. Check its cable."}""");
        string shown = Shown(FleetScreen.DrawLive(_book.Stations(), "No broker.", 3, width), width);
        Assert.All(shown.Split('\n'), line => Assert.InRange(line.TrimEnd().Length, 0, width));
        Assert.Contains("l/weld-4 · degraded: camera: The camera [cam-4] does not answer.", shown, StringComparison.Ordinal);
        Assert.Contains("75.0 %", shown, StringComparison.Ordinal);
        Assert.Contains("No broker.", shown, StringComparison.Ordinal);
        Assert.Equal(width >= 120, shown.Contains("version", StringComparison.Ordinal));
    }

    [Fact]
    public void What_runs_in_the_shadow_and_what_was_refused_stands_below_and_changes_no_condition()
    {
        const string State = """
            {"status":"online","at":"2026-11-25T10:00:00Z","line":"l","station":"s","reasons":[],
             "shadow":{"name":"b","hash":"5d","since":"2026-11-25T09:00:00Z","parts":12,"of":200,"different":3},
             "refused":{"name":"c\u001b[2J.zip","hash":null,"at":"2026-11-25T08:00:00Z","reason":"It is damaged."}}
            """;
        _book.Hear(new FleetMessage("p/s", true, false, Encoding.UTF8.GetBytes(State)));
        string shown = Shown(FleetScreen.Draw(_book.Stations(), 0, 200), 200);
        Assert.Contains("l/s · in the shadow: b, 12 of 200 parts, other verdicts on 3", shown, StringComparison.Ordinal);
        Assert.Matches("l/s · refused: c\\\\u001B\\[2J\\.zip on 2026-11-25 [0-9:]+: It is damaged\\.", shown);
        Assert.Equal(ExitCode.Done, FleetSummary.Of(_book.Stations()).ExitCode);
        Assert.Contains(
            "\"shadow\":{\"name\":\"b\"", FleetJson.Write(_book.Stations(), 0, DateTimeOffset.UnixEpoch), StringComparison.Ordinal);
    }

    [Fact]
    public void On_a_screen_too_small_for_the_fleet_what_is_wrong_comes_before_what_is_cut_off()
    {
        for (int i = 0; i < 100; i++)
            Hear($"a{i}", "online");
        Hear("weld-4", "degraded", reasons: """{"component":"camera","reason":"Gone."}""");
        string[] live = Shown(FleetScreen.DrawLive(_book.Stations(), null, 0, 120), 120).Split('\n');
        Assert.StartsWith("100 online, 1 degraded", live[0], StringComparison.Ordinal);
        Assert.StartsWith("l/weld-4 · degraded: camera: Gone.", live[1], StringComparison.Ordinal);
        string[] once = Shown(FleetScreen.Draw(_book.Stations(), 0, 120), 120).TrimEnd().Split('\n');
        Assert.StartsWith("100 online, 1 degraded", once[^1], StringComparison.Ordinal);
    }

    private static string Shown(IRenderable screen, int width)
    {
        using var text = new StringWriter();
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(text),
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
        });
        console.Profile.Width = width;
        console.Write(screen);
        return text.ToString();
    }
}
