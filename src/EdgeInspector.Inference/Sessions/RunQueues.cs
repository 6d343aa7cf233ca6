using EdgeInspector.Inference.Providers;

namespace EdgeInspector.Inference.Sessions;

/// <summary>The queue of each device of this process; on the CPU, the queue of each way in which the processors are divided.</summary>
internal static class RunQueues
{
    // Far more than a compact model takes. Afterwards the other predictions share the device with the one that does not return.
    private static readonly TimeSpan Lease = TimeSpan.FromMilliseconds(250);

    private static readonly Dictionary<(string Provider, int DeviceId, int Threads), RunQueue> Queues = [];

    /// <summary>The queue for sessions like this one.</summary>
    public static RunQueue For(SessionKey key)
    {
        bool isCpu = key.Provider == ProviderName.Cpu;
        (string, int, int) device = (key.Provider, key.Inference.DeviceId, isCpu ? key.Inference.Threads : 0);
        lock (Queues)
        {
            if (!Queues.TryGetValue(device, out RunQueue? queue))
                Queues[device] = queue = new RunQueue(
                    isCpu ? Math.Max(1, Environment.ProcessorCount / key.Inference.Threads) : 1, Lease, TimeProvider.System);
            return queue;
        }
    }
}
