using EdgeInspector.Delivery.RemoteControl;
using EdgeInspector.Foundation.Files;
using EdgeInspector.ModelStore.Intake;
using EdgeInspector.ModelStore.Switching;
using EdgeInspector.ModelStore.Trials;
using EdgeInspector.Web.Console.Acting;
using EdgeInspector.Web.Console.Texts;
using EdgeInspector.Web.Users;
using Microsoft.AspNetCore.Components.Forms;
using Microsoft.Extensions.Localization;

namespace EdgeInspector.Web.Console.Models;

/// <summary>What somebody does with models in the console: by the same desk that inbox, command line, MQTT and sync use.</summary>
/// <param name="acts">Asks who may.</param>
/// <param name="agent">What the agent gives.</param>
/// <param name="words">The words of the language in which the page is read.</param>
internal sealed class ModelActs(Acts acts, HttpScope agent, IStringLocalizer<Words> words)
{
    /// <summary>The largest file that is taken, in bytes.</summary>
    public const long MostBytes = 2L * 1024 * 1024 * 1024;

    private const int Block = 256 * 1024;

    /// <summary>Takes a file, tries the package and lets it take over, or first run in the shadow where the settings say so.</summary>
    /// <param name="station">The station.</param>
    /// <param name="file">A zip or an .onnx file.</param>
    /// <param name="why">Why, in a sentence.</param>
    /// <param name="progress">Told how many bytes have come.</param>
    /// <param name="stop">The page is left.</param>
    public async Task<(SwitchOutcome Outcome, TrialReport? Report)> TakeAsync(
        HttpStation station, IBrowserFile file, string? why, Action<long> progress, CancellationToken stop)
    {
        if (!await acts.MayAsync(Role.Operate))
            return (new SwitchOutcome(words["Act.Refused"], acts.Refused(Role.Operate).Problems, null), null);
        // On the disk of the packages: a folder for temporary files often lies in memory, and is small in a container.
        string folder = Path.Combine(agent.Folders.Received, Guid.NewGuid().ToString("N"));
        try
        {
            if (NoRoom(file.Size) is { } problem)
                return (new SwitchOutcome(words["Model.NotReceived"], [problem], null), null);
            Directory.CreateDirectory(folder);
            // Only the last piece of the name, and only what a file's name may have; the browser could send anything.
            string path = Path.Combine(folder, ModelStore.Storage.StoreFolders.Safe(Path.GetFileName(file.Name)));
            await ReceiveAsync(file, path, progress, stop);
            var arrival = new Arrival(path, "console", await acts.NameAsync(), why) { Name = Path.GetFileNameWithoutExtension(file.Name) };
            // The package is tried to its end, even if the page is closed meanwhile.
            (SwitchOutcome outcome, ImportOutcome? import) = await agent.Desk.TakeAsync(
                station.Name, arrival, AfterImport.ActivateOrShadow, force: false, CancellationToken.None);
            return (outcome, import?.Report);
        }
        catch (Exception fault) when (DiskFault.Is(fault))
        {
            return (new SwitchOutcome(words["Act.Refused"], [fault.Message], null), null);
        }
        finally
        {
            Remove(folder);
        }
    }

    /// <summary>Lets a package of the store take over.</summary>
    public Task<CommandAnswer> ActivateAsync(HttpStation station, string package, string why) =>
        acts.ObeyAsync(station, new RemoteCommand("activate", package, null, why, false));

    /// <summary>Lets the last good package take over again.</summary>
    public Task<CommandAnswer> RollBackAsync(HttpStation station, string why) =>
        acts.ObeyAsync(station, new RemoteCommand("rollback", null, null, why, false));

    /// <summary>Runs a package of the store in the shadow.</summary>
    public async Task<CommandAnswer> ShadowAsync(HttpStation station, string package, string why)
    {
        if (!await acts.MayAsync(Role.Operate))
            return acts.Refused(Role.Operate);
        SwitchOutcome outcome = await agent.Desk.ShadowAsync(
            station.Name, package, new ModelOrigin("console", await acts.NameAsync(), why), CancellationToken.None);
        return new CommandAnswer(outcome.IsDone, outcome.Message, outcome.Problems, outcome.Package) { What = outcome.What };
    }

    private static async Task ReceiveAsync(IBrowserFile file, string path, Action<long> progress, CancellationToken stop)
    {
        await using Stream from = file.OpenReadStream(MostBytes, stop);
        await using var to = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
        byte[] block = new byte[Block];
        long come = 0;
        while (await from.ReadAsync(block, stop) is > 0 and var count)
        {
            await to.WriteAsync(block.AsMemory(0, count), stop);
            progress(come += count);
        }
    }

    // Before gigabytes are on their way. Three times: as it came, unpacked, and in the store.
    private string? NoRoom(long bytes)
    {
        if (bytes > MostBytes)
            return words["Model.TooLarge", bytes >> 20, MostBytes >> 20].Value;
        return FreeBytes.On(agent.DataFolder) is { } free && free < 3 * bytes
            ? words["Model.NoRoom", agent.DataFolder, free >> 20, 3 * bytes >> 20].Value
            : null;
    }

    private static void Remove(string folder)
    {
        try
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
        }
        catch (Exception fault) when (DiskFault.Is(fault))
        {
            // The next start empties the folder above it.
        }
    }
}
