using Microsoft.ML.OnnxRuntime;

namespace EdgeInspector.Inference.Sessions;

/// <summary>What two stations must have in common to share a session.</summary>
/// <param name="Network">Hash of the network's file.</param>
/// <param name="Provider">The execution provider, as the settings name it.</param>
/// <param name="Inference">Threads, device and spinning.</param>
internal sealed record SessionKey(string Network, string Provider, (int Threads, int DeviceId, bool Spinning) Inference);

/// <summary>
/// A network loaded once for all stations that run it in the same way; each has its own input and output memory,
/// and ONNX Runtime lets several run it at once. Freed when its last user disposes it.
/// </summary>
internal sealed class SharedSession : IDisposable
{
    private static readonly Lock Gate = new();
    private static readonly Dictionary<SessionKey, SharedSession> Loaded = [];

    private readonly SessionKey? _key;
    private int _users = 1;

    private SharedSession(SessionKey? key, InferenceSession session, RunQueue queue) => (_key, Session, Queue) = (key, session, queue);

    /// <summary>ONNX Runtime's session.</summary>
    public InferenceSession Session { get; }

    /// <summary>Where those who want to run it, or another one on the same device, wait for their turn.</summary>
    public RunQueue Queue { get; }

    /// <summary>What was found out about it when it was loaded; null until then.</summary>
    public IReadOnlyList<string>? Notes { get; set; }

    /// <summary>The session of a key, loaded if nobody has it yet.</summary>
    /// <param name="key">What must be the same.</param>
    /// <param name="mayShare">False: nobody else may use it.</param>
    /// <param name="load">Loads it; called for one key at a time.</param>
    public static SharedSession Take(SessionKey key, bool mayShare, Func<InferenceSession> load)
    {
        RunQueue queue = RunQueues.For(key);
        if (!mayShare)
            return new SharedSession(null, load(), queue);
        // Held while loading, so that stations which start together load once.
        lock (Gate)
        {
            if (Loaded.TryGetValue(key, out SharedSession? shared))
            {
                shared._users++;
                return shared;
            }
            return Loaded[key] = new SharedSession(key, load(), queue);
        }
    }

    /// <summary>Ends one user's use.</summary>
    public void Dispose()
    {
        lock (Gate)
        {
            if (--_users > 0)
                return;
            if (_key is not null)
                Loaded.Remove(_key);
        }
        Session.Dispose();
    }
}
