using Microsoft.ML.OnnxRuntime;

namespace EdgeInspector.Inference.Sessions;

/// <summary>What two stations must have in common to share a session.</summary>
/// <param name="Network">Hash of the network's file.</param>
/// <param name="Provider">The execution provider, as the settings name it.</param>
/// <param name="Inference">Threads, device and spinning.</param>
internal sealed record SessionKey(string Network, string Provider, (int Threads, int DeviceId, bool Spinning) Inference);

/// <summary>
/// A network loaded once for all stations that run the network in the same way; each station has its own input and output memory, and ONNX
/// Runtime lets several stations run the session at once. Freed when its last user disposes it.
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

    /// <summary>The queue in which users of this session, or of another one on the same device, wait for their turn.</summary>
    public RunQueue Queue { get; }

    /// <summary>What was found out about the session when it was loaded; null until then.</summary>
    public IReadOnlyList<string>? Notes { get; set; }

    /// <summary>The session of a key, loaded if no user has loaded it yet.</summary>
    /// <param name="key">What the users of a session must have in common.</param>
    /// <param name="mayShare">False: the caller alone uses the session.</param>
    /// <param name="load">Loads the session; called for one key at a time.</param>
    public static SharedSession Take(SessionKey key, bool mayShare, Func<InferenceSession> load)
    {
        RunQueue queue = RunQueues.For(key);
        if (!mayShare)
            return new SharedSession(null, load(), queue);
        // Held while loading, so that stations that start together load once.
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
