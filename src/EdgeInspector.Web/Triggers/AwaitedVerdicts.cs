using System.Collections.Concurrent;
using EdgeInspector.Inspection.Verdicts;

namespace EdgeInspector.Web.Triggers;

/// <summary>Callers who wait for the verdict on their part. Thread-safe.</summary>
/// <param name="write">The event of a part as JSON.</param>
internal sealed class AwaitedVerdicts(Func<InspectedPart, byte[]> write)
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource<byte[]>> _waiting = new(StringComparer.Ordinal);

    /// <summary>Begins to wait for a part; null: somebody waits for it already.</summary>
    public Task<byte[]>? Begin(string part)
    {
        var verdict = new TaskCompletionSource<byte[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        return _waiting.TryAdd(part, verdict) ? verdict.Task : null;
    }

    /// <summary>The caller waits no more.</summary>
    public void End(string part, Task<byte[]> verdict)
    {
        // Somebody else may wait for a part of the same name by now.
        if (_waiting.TryGetValue(part, out TaskCompletionSource<byte[]>? waiting) && waiting.Task == verdict)
            _waiting.TryRemove(KeyValuePair.Create(part, waiting));
    }

    /// <summary>Sees each part after its signal, on the station's thread: costs nothing for parts that nobody waits for.</summary>
    public void See(InspectedPart part)
    {
        if (!_waiting.IsEmpty && _waiting.TryRemove(part.Part, out TaskCompletionSource<byte[]>? verdict))
            verdict.TrySetResult(write(part));
    }
}
