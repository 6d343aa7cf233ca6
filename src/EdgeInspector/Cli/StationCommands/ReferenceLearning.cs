using EdgeInspector.Capture.ImageFiles;
using EdgeInspector.Cli.ModelCommands;
using EdgeInspector.Delivery.Audit;
using EdgeInspector.Delivery.Events;
using EdgeInspector.Foundation.Files;
using EdgeInspector.Foundation.Text;
using EdgeInspector.Hosting.References;
using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Pictures;
using EdgeInspector.Inspection.References;
using EdgeInspector.ModelStore.Requests;
using EdgeInspector.Settings;

namespace EdgeInspector.Cli.StationCommands;

/// <summary>What <c>stations learn</c> does.</summary>
internal sealed class ReferenceLearning(StoreAccess store)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20), CallOffPatience = TimeSpan.FromSeconds(3),
        LookEvery = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan NotePatience = TimeSpan.FromSeconds(5);

    private readonly ReferenceFolder _folder = new(store.Options.DataFolder);

    private RequestFolder<StationRequest, StationAnswer> Requests => ReferenceDesk.Requests(_folder, TimeProvider.System);

    /// <summary>Shows the references of a station.</summary>
    public int Show(string station)
    {
        var problems = new List<string>();
        IReadOnlyList<Reference> found = _folder.Read(station, problems);
        foreach (string problem in problems)
            Console.Error.WriteLine(PrintableText.Of(problem, 1000));
        if (found.Count == 0)
            Console.Out.WriteLine($"Station {station} has learnt no reference.");
        ReferenceOptions options = store.Station(station).Settings.Picture.Reference;
        foreach (Reference one in found)
            Console.Out.WriteLine(ReferenceText.Of(one, options));
        return problems.Count == 0 ? ExitCode.Done : ExitCode.Failed;
    }

    /// <summary>Forgets a reference, through the running agent if there is one.</summary>
    public async Task<int> ForgetAsync(StationRequest request, CancellationToken stop)
    {
        if (store.IsAgentRunning)
            return Say(await Requests.AskAsync(request, Patience, stop));
        string of = ReferenceText.OfType(request.Type);
        if (!File.Exists(_folder.PathOf(request.Station, request.Type)))
            return Say(StationAnswer.Refused($"Station {request.Station} has no reference{of}."));
        var news = new ReferenceNews(
            request.Station, "forgotten", TimeProvider.System.GetUtcNow(), request.Type, null, null, request.By, request.Why);
        return Say(Note(news, () => _folder.Remove(request.Station, request.Type))
            ? new StationAnswer($"Station {request.Station} has forgotten the reference{of}.", [], null)
            : await Requests.AskAsync(request, Patience, stop));
    }

    /// <summary>Calls off the present learning of the running agent.</summary>
    public async Task<int> CallOffAsync(StationRequest request, CancellationToken stop) => Say(store.IsAgentRunning
        ? await Requests.AskAsync(request, Patience, stop)
        : StationAnswer.Refused("No agent runs, so that nothing is being learnt."));

    /// <summary>Learns from the next parts of the running agent, and waits for these parts.</summary>
    public async Task<int> LearnLiveAsync(StationRequest request, CancellationToken stop)
    {
        if (!store.IsAgentRunning)
            return Say(
                StationAnswer.Refused("No agent runs, so that no parts come. Start it first, or name a folder of pictures with --from."));
        StationAnswer answer = await Requests.AskAsync(request, Patience, stop);
        if (answer.Problems.Count > 0)
            return Say(answer);
        await Console.Error.WriteLineAsync(answer.Message);
        try
        {
            string said = "";
            while (true)
            {
                await Task.Delay(LookEvery, stop);
                answer = await Requests.AskAsync(request with { Kind = StationRequestKind.Progress }, Patience, stop);
                if (answer.Taken is null)
                    return Say(answer);
                if (answer.Message != said)
                    await Console.Error.WriteLineAsync(said = answer.Message);
            }
        }
        catch (OperationCanceledException)
        {
            await Requests.AskAsync(request with { Kind = StationRequestKind.CallOff }, CallOffPatience, CancellationToken.None);
            throw;
        }
    }

    /// <summary>Learns from pictures in a folder.</summary>
    public async Task<int> LearnFromAsync(string folder, StationRequest request, CancellationToken stop)
    {
        folder = Path.GetFullPath(folder);
        if (!Directory.Exists(folder))
            return Say(StationAnswer.Refused($"--from: there is no folder '{folder}'."));
        StationSettings settings = store.Station(request.Station).Settings;
        var seen = new VouchedPictures(settings.Picture);
        using var frames = new FramePool();
        foreach (FoundPicture found in PictureFiles.Below(folder))
        {
            stop.ThrowIfCancellationRequested();
            if (Take(found, settings, frames, seen) is { } problem)
                await Console.Error.WriteLineAsync(PrintableText.Of($"{found.Path}: not learnt from: {problem}", 1000));
        }
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        LearnOutcome outcome = seen.Learn(new LearnOrigin(request.Station, request.Type, folder, request.By, request.Why, now));
        foreach (LeftOutPart one in outcome.LeftOut)
            await Console.Error.WriteLineAsync(PrintableText.Of($"{one.Part}: not learnt from: {one.Why}", 1000));
        if (outcome.Reference is not { } reference)
            return Say(StationAnswer.Refused(outcome.Problem!));
        var news = new ReferenceNews(
            reference.Station, "learnt", now, reference.Type, reference.Parts, reference.From, reference.By, reference.Why)
        {
            LeftOut = outcome.LeftOut.Count,
        };
        bool isAgentRunning = !Note(news, () => _folder.Write(reference));
        if (isAgentRunning)
            _folder.Write(reference);
        await Console.Out.WriteLineAsync(PrintableText.Of(StationLearning.Sentence(outcome), 2000));
        return Say(isAgentRunning
            ? await Requests.AskAsync(request with { Kind = StationRequestKind.Reload }, Patience, stop)
            : new StationAnswer("No agent runs; the next one holds pictures against it from its start on.", [], null));
    }

    /// <summary>
    /// Changes a reference while no agent runs, and notes the change in the audit log. The data folder is locked only for this moment.
    /// </summary>
    /// <returns>False: an agent runs; that agent must be asked, and notes the change itself.</returns>
    private bool Note(ReferenceNews news, Action change)
    {
        if (store.IsAgentRunning)
            return false;
        using DataFolderLock folder = DataFolderLock.Take(store.Options.DataFolder, "a command of EdgeInspector stations", NotePatience);
        // The entry comes first: nobody could account for a change without its entry.
        AuditNote.Write(store.Options.DataFolder, store.Options.Audit, AuditEntry.Of(news), TimeProvider.System);
        change();
        return true;
    }

    private static string? Take(FoundPicture found, StationSettings settings, FramePool frames, VouchedPictures seen)
    {
        if (found.Problem is { } problem)
            return problem;
        ImageReading reading = ImageFile.Read(found.Path, frames, ImageLimits.Of(settings.Camera!.Formats), settings.Camera.SourceBitDepth);
        if (reading.Frame is not { } frame)
            return reading.Problem;
        try
        {
            return seen.Add(Path.GetFileName(found.Path), frame);
        }
        finally
        {
            frame.Release();
        }
    }

    private static int Say(StationAnswer answer)
    {
        foreach (string problem in answer.Problems)
            Console.Error.WriteLine(PrintableText.Of(problem, 2000));
        Console.Out.WriteLine(PrintableText.Of(answer.Message, 2000));
        return answer.Problems.Count == 0 ? ExitCode.Done : ExitCode.Failed;
    }
}
