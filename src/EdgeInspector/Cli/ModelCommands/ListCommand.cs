using System.CommandLine;
using System.Globalization;
using EdgeInspector.Cli.Arguments;
using EdgeInspector.Foundation.Text;
using EdgeInspector.ModelStore.Intake;
using EdgeInspector.ModelStore.Packages;
using EdgeInspector.ModelStore.Storage;
using EdgeInspector.ModelStore.Trials;
using EdgeInspector.Printing;
using EdgeInspector.Settings;
using Spectre.Console;

namespace EdgeInspector.Cli.ModelCommands;

/// <summary><c>models list</c>: the packages, which station runs which package, and what happened.</summary>
internal static class ListCommand
{
    private const int MostInQuarantine = 10;
    private const int LongestSentence = 600;

    public static Command Create()
    {
        var command = new Command(
            "list", "Shows the packages of the store, which station runs which, what runs in the shadow, and what was refused.");
        var json = new Option<bool>("--json") { Description = "The same as JSON on standard output." };
        var history = new Option<bool>("--history") { Description = "Also what happened at each station." };
        command.Options.Add(json);
        command.Options.Add(history);
        var arguments = new SettingsArguments(command);
        command.SetAction(parsed => Run(
            new StoreAccess(SettingsFile.Load(arguments.File(parsed), SettingsArguments.Overrides(parsed))),
            parsed.GetValue(json),
            parsed.GetValue(history)));
        return command;
    }

    private static int Run(StoreAccess store, bool json, bool history)
    {
        IReadOnlyList<StoredPackage> packages = store.Store.List();
        ActiveFile active = store.Active;
        // A shadow run ends with its agent, whatever the file of a killed agent says.
        bool isRunning = store.IsAgentRunning;
        Dictionary<string, ActivePackage> stations = store.Options.Stations.Keys.ToDictionary(
            name => name, name => isRunning ? active[name] : active[name] with { Shadow = null }, StringComparer.Ordinal);
        IReadOnlyList<QuarantinedPackage> quarantine = QuarantinedPackage.Newest(store.Folders, MostInQuarantine);
        if (json)
        {
            using Stream output = Console.OpenStandardOutput();
            output.Write(TrialJson.Write(new { packages, stations, quarantine }));
            output.WriteByte((byte)'\n');
            return ExitCode.Done;
        }
        if (active.Problem is { } damaged)
            Console.Error.WriteLine($"{damaged} What the stations run is not known here.");
        if (Console.IsOutputRedirected)
            Terminal.Results.Profile.Width = 200;
        Terminal.Results.Write(Packages(packages, stations));
        foreach ((string name, ActivePackage station) in stations)
        {
            Terminal.Results.WriteLine(PrintableText.Of($"{name}: {Sentence(station, packages)}"));
            foreach (string beside in Beside(station))
                Terminal.Results.WriteLine($"{name}: {PrintableText.Of(beside, LongestSentence)}");
        }
        if (quarantine.Count > 0)
            Terminal.Results.Write(Refused(quarantine));
        if (history)
            Terminal.Results.Write(History(stations));
        return ExitCode.Done;
    }

    private static Table Packages(IReadOnlyList<StoredPackage> packages, Dictionary<string, ActivePackage> stations)
    {
        Table table = new Table().Border(TableBorder.Rounded).AddColumns("hash", "name", "iteration", "imported", "from", "used by");
        foreach (StoredPackage package in packages)
        {
            IEnumerable<string> uses = stations.Where(s => s.Value.Active == package.Hash).Select(s => $"{s.Key} (active)")
                .Concat(stations.Where(s => s.Value.LastGood == package.Hash).Select(s => $"{s.Key} (to go back to)"))
                .Concat(stations.Where(s => s.Value.Waiting == package.Hash).Select(s => $"{s.Key} (waits)"))
                .Concat(stations.Where(s => s.Value.Shadow?.Package == package.Hash).Select(s => $"{s.Key} (shadow)"))
                .Concat(stations.Where(s => s.Value.Refused?.Package == package.Hash).Select(s => $"{s.Key} (refused)"));
            table.AddRow(
                Terminal.Cell(package.ShortHash),
                Terminal.Cell(package.Name),
                Terminal.Cell(package.Iteration ?? ""),
                Terminal.Cell(package.ImportedAt.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)),
                Terminal.Cell(package.By is null ? package.From : $"{package.From} ({package.By})"),
                Terminal.Cell(string.Join(", ", uses)));
        }
        return table;
    }

    private static string Sentence(ActivePackage station, IReadOnlyList<StoredPackage> packages)
    {
        string Name(string hash) => packages.FirstOrDefault(p => p.Hash == hash) is { } package
            ? $"{package.Name} ({package.ShortHash})"
            : PackageHash.Shown(hash);
        return station.Active is not { } active ? "has not run yet; it begins with the model of its settings."
            : $"runs {Name(active)}{(station.OnProbation ? ", on probation" : "")}{(station.IsForced ? ", by force" : "")}"
                + $"{(station.LastGood is { } good ? $"; can go back to {Name(good)}" : "")}"
                + $"{(station.Waiting is { } waiting ? $"; {Name(waiting)} waits" : "")}.";
    }

    /// <summary>What a station runs in the shadow, and which package it refused last, a sentence each.</summary>
    private static IEnumerable<string> Beside(ActivePackage station)
    {
        if (station.Shadow is { } shadow)
        {
            yield return $"{shadow.Name} ({PackageHash.Shown(shadow.Package)}) runs in the shadow since {Local(shadow.At)}, "
                + $"for {shadow.Parts} parts; state tells how far it is.";
        }
        if (station.Refused is { } refused)
        {
            string what = $"{refused.Name ?? "a model"}{(refused.Package is { } hash ? $" ({PackageHash.Shown(hash)})" : "")}";
            yield return $"{what} was refused on {Local(refused.At)}, by {refused.From}: {refused.Why}";
        }
    }

    /// <summary>The packages in quarantine.</summary>
    private static Table Refused(IReadOnlyList<QuarantinedPackage> quarantine)
    {
        Table table = new Table().Border(TableBorder.Rounded).Title("in quarantine, newest first")
            .AddColumns("when", "file", "station", "refused because");
        foreach (QuarantinedPackage model in quarantine)
        {
            table.AddRow(
                Terminal.Cell(model.At.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)),
                Terminal.Cell(PrintableText.Of(model.Name, LongestSentence)),
                Terminal.Cell(PrintableText.Of(model.Station ?? "", LongestSentence)),
                Terminal.Cell(PrintableText.Of(model.Why, LongestSentence)));
        }
        return table;
    }

    private static string Local(DateTimeOffset at) => at.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    private static Table History(Dictionary<string, ActivePackage> stations)
    {
        Table table = new Table().Border(TableBorder.Rounded).AddColumns("when", "station", "what", "package", "from", "why");
        foreach ((string station, ModelChange change) in stations.SelectMany(s => s.Value.History.Select(change => (s.Key, change)))
            .OrderBy(c => c.change.At))
        {
            table.AddRow(
                Terminal.Cell(change.At.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)),
                Terminal.Cell(station),
                Terminal.Cell(change.Kind switch
                {
                    ModelChangeKind.Activated => "activated",
                    ModelChangeKind.RolledBack => "rolled back",
                    ModelChangeKind.Confirmed => "confirmed",
                    ModelChangeKind.Shadowed => "shadow run",
                    ModelChangeKind.Waiting => "waits",
                    _ => "refused",
                }),
                Terminal.Cell(change.Package is null ? change.Name ?? "" : $"{change.Name} ({PackageHash.Shown(change.Package)})"),
                Terminal.Cell(change.By is null ? change.From : $"{change.From} ({change.By})"),
                Terminal.Cell(change.Why ?? ""));
        }
        return table;
    }
}
