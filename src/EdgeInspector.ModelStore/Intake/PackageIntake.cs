using EdgeInspector.Foundation.Files;
using EdgeInspector.ModelStore.Packages;
using EdgeInspector.ModelStore.Signatures;
using EdgeInspector.ModelStore.Storage;
using EdgeInspector.ModelStore.Trials;
using Microsoft.Extensions.Logging;

namespace EdgeInspector.ModelStore.Intake;

/// <summary>The one way into the store: a package is read and checked, tried, and kept or refused as a whole.</summary>
public sealed partial class PackageIntake(PackageStore store, PackageTrust trust, ITrial trial, TimeProvider time, ILogger log)
{
    /// <summary>Imports a package.</summary>
    /// <param name="arrival">What arrived, and from where.</param>
    /// <param name="how">How the station would run the package, which is filled in here.</param>
    /// <param name="stop">Ends the trial; then nothing is left of the package.</param>
    public async Task<ImportOutcome> ImportAsync(Arrival arrival, TrialRequest how, CancellationToken stop)
    {
        ReadOutcome reading = ModelPackageReader.Read(arrival.Path);
        if (reading.Package is not { } package)
            return Refuse(arrival, new TrialReport { Problems = reading.Problems });
        string name = arrival.Name is { } given ? ZipFiles.Printable(given) : package.Name;
        if (trust.Complaint(package.Hash, reading.Signature) is { } untrusted)
            return Refuse(arrival, new TrialReport
            {
                Name = name,
                Hash = package.Hash,
                Iteration = package.Iteration,
                Problems = [$"Model package '{name}': {untrusted}"],
            });
        name = trust.NameOf(reading.Signature, name);
        string? iteration = package.Iteration ?? arrival.Iteration;
        string? staged = null;
        try
        {
            staged = store.Stage(reading.Files);
            TrialReport report = await trial.RunAsync(how with { Package = staged }, stop).ConfigureAwait(false);
            report = report with
            {
                Name = name,
                Hash = package.Hash,
                Iteration = iteration,
                // The readers of the problems know the package, not the agent's folder.
                Problems =
                [
                    .. report.Problems.Select(problem => problem.Replace(Path.GetFileName(staged), name, StringComparison.Ordinal)),
                ],
            };
            if (report.Problems.Count > 0)
                return Refuse(arrival, report);
            var stored = new StoredPackage(package.Hash, name, iteration, time.GetUtcNow(), arrival.From, arrival.By, report)
            {
                Signature = reading.Signature,
            };
            store.Keep(staged, stored);
            LogImported(log, name, stored.ShortHash, arrival.From);
            return new ImportOutcome(stored, report);
        }
        catch (Exception fault) when (DiskFault.Is(fault))
        {
            var report = new TrialReport
            {
                Name = name,
                Hash = package.Hash,
                Problems = [$"It could not be stored: {fault.Message.TrimEnd('.')}. Make room or mend the folder, and bring it again."],
            };
            return Refuse(arrival, report) with { MayTryAgain = true };
        }
        finally
        {
            if (staged is not null)
                store.Discard(staged);
        }
    }

    private ImportOutcome Refuse(Arrival arrival, TrialReport report)
    {
        LogRefused(log, report.Name ?? Path.GetFileName(arrival.Path), arrival.From, string.Join(" ", report.Problems));
        return new ImportOutcome(null, report);
    }

    [LoggerMessage(EventId = 410, Level = LogLevel.Information, Message = "Imported {Package} ({Hash}) from {From}")]
    private static partial void LogImported(ILogger log, string package, string hash, string from);

    [LoggerMessage(EventId = 411, Level = LogLevel.Error, Message = "The package {Package} from {From} is refused: {Problems}")]
    private static partial void LogRefused(ILogger log, string package, string from, string problems);
}
