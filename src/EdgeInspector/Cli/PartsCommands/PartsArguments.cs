using System.CommandLine;
using EdgeInspector.Cli.Arguments;
using EdgeInspector.Delivery.History;
using EdgeInspector.Inspection.Verdicts;
using EdgeInspector.Settings;

namespace EdgeInspector.Cli.PartsCommands;

/// <summary>The arguments of <c>parts</c>.</summary>
internal sealed class PartsArguments
{
    private const int UsualMost = 50;

    private readonly Option<string?> _since = new("--since") { Description = $"From then on. {PointInTime.Forms}", HelpName = "TIME" };
    private readonly Option<string?> _until = new("--until")
    {
        Description = "Until before then; a day means its beginning.",
        HelpName = "TIME",
    };

    private readonly Option<string?> _station = new("--station") { Description = "Only this station.", HelpName = "NAME" };
    private readonly Option<string?> _verdict = new("--verdict")
    {
        Description = "Only pass, reject, review or none.",
        HelpName = "VERDICT",
    };

    private readonly Option<string?> _tag = new("--tag") { Description = "Only parts of which this tag decided.", HelpName = "TAG" };
    private readonly Option<string?> _part = new("--part") { Description = "Only this part.", HelpName = "ID" };
    private readonly Option<PeriodKind?> _per = new("--per")
    {
        Description = "Figures by hour, shift, day or week instead of the parts themselves.",
        HelpName = "PERIOD",
    };

    private readonly Option<int?> _limit = new Option<int?>("--limit")
    {
        Description = $"So many parts at most, the newest; {UsualMost} in a table, else all.",
        HelpName = "N",
    }.Between(1, 100_000_000);

    private readonly Option<bool> _csv = new("--csv") { Description = "As CSV with a heading (RFC 4180, UTF-8)." };
    private readonly Option<bool> _lines = new("--json-lines") { Description = "As JSON, an object a line." };
    private readonly Option<string?> _data = new("--data")
    {
        Description = "The data folder. Default: DataFolder of the settings, which are not read where this is given.",
        HelpName = "FOLDER",
    };

    private readonly SettingsArguments _settings;

    public PartsArguments(Command command)
    {
        foreach (Option option in new Option[] { _since, _until, _station, _verdict, _tag, _part, _per, _limit, _csv, _lines, _data })
            command.Options.Add(option);
        _settings = new SettingsArguments(command, parsed => parsed.GetValue(_data) is null);
    }

    /// <exception cref="RefusedException">An argument can't be understood, or two don't go together.</exception>
    public PartsRequest Read(ParseResult parsed)
    {
        if (parsed.GetValue(_csv) && parsed.GetValue(_lines))
            throw new RefusedException("Choose --csv or --json-lines.");
        PeriodKind? per = parsed.GetValue(_per);
        if (per is not null && parsed.GetValue(_part) is not null)
            throw new RefusedException("--per sums parts up, and --part names one; leave one of them out.");
        string? word = parsed.GetValue(_verdict);
        VerdictKind? verdict = word is null ? null : VerdictWords.Kind(word.ToLowerInvariant())
            ?? throw new RefusedException($"--verdict: '{word}' is none; write pass, reject, review or none.");
        PartsForm form = parsed.GetValue(_csv) ? PartsForm.Csv : parsed.GetValue(_lines) ? PartsForm.JsonLines : PartsForm.Table;
        string? data = parsed.GetValue(_data);
        AgentOptions options = data is null
            ? SettingsFile.Load(_settings.File(parsed), SettingsArguments.Overrides(parsed)).Options
            : new AgentOptions { DataFolder = data };
        DateTimeOffset now = DateTimeOffset.Now;
        var query = new HistoryQuery(
            PointInTime.Read("--since", parsed.GetValue(_since), now), PointInTime.Read("--until", parsed.GetValue(_until), now),
            parsed.GetValue(_station), verdict, parsed.GetValue(_tag), parsed.GetValue(_part));
        int? most = parsed.GetValue(_limit) ?? (form == PartsForm.Table ? UsualMost : null);
        return new PartsRequest(options.DataFolder, query, per, options.History.ShiftTimes, most, form);
    }
}
