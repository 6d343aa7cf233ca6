using System.Threading.Channels;
using EdgeInspector.Foundation.Clocks;
using EdgeInspector.Foundation.Retrying;
using EdgeInspector.Foundation.Text;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace EdgeInspector.Delivery.Webhooks;

/// <summary>
/// Keeps events for webhooks in order on disk until each webhook has taken them, no more of them than the settings allow. Whoever adds an
/// event never waits. Thread-safe; one reader for each webhook.
/// </summary>
/// <remarks>
/// Only the thread <c>webhooks</c> writes: it commits all gathered events in one transaction. A reader sees an event once it is committed.
/// While the disk refuses, events wait in memory, bounded.
/// </remarks>
internal sealed partial class WebhookOutbox : IDisposable
{
    private const int MostInMemory = 10_000;
    private const long MostBytesInMemory = 64 * 1024 * 1024;
    private const int MostInCommit = 512;

    // Sending an event twice after a crash is allowed, and flushing the disk for each event is expensive.
    private static readonly TimeSpan ForgetWithin = TimeSpan.FromMilliseconds(200);

    private readonly string _path;
    private readonly IReadOnlyDictionary<string, WebhookOptions> _webhooks;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly WritingThread _thread;
    private readonly Dictionary<string, Channel<bool>> _more;

    // Under the gate
    private readonly Lock _gate = new();
    private readonly Queue<WebhookPost[]> _fresh = new();
    private readonly List<WebhookPost> _sent = [];
    private readonly Dictionary<string, WaitingPosts> _waiting = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _givenUpTo = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DateTimeOffset?> _oldest = new(StringComparer.Ordinal);
    private long _freshBytes;
    private long? _sentSince;
    private bool _fails;
    private bool _stopping;

    // Under its own gate, which may be held through a flush of the disk
    private readonly Lock _fileGate = new();
    private WebhookFile? _file;
    private long? _old;

    // The last position of all files so far: it outlives a file that can't be read any more.
    private long _last;

    // The thread
    private readonly WallClock _clock;
    private readonly BackOff _pauses = new(TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(5));
    private TimeSpan _pause;
    private long _failedAt;
    private long? _agesSeenAt;
    private Said? _complaint;

    /// <summary>Prepares the outbox; <see cref="Start"/> opens it.</summary>
    /// <param name="dataFolder">Where <c>webhooks.db</c> lies.</param>
    /// <param name="webhooks">The webhooks by name; validated.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">The log.</param>
    public WebhookOutbox(string dataFolder, IReadOnlyDictionary<string, WebhookOptions> webhooks, TimeProvider time, ILogger log)
    {
        _path = Path.GetFullPath(Path.Combine(dataFolder, WebhookFile.FileName));
        (_webhooks, _time, _log) = (webhooks, time, log);
        _clock = new WallClock(time);
        _more = webhooks.Keys.ToDictionary(
            name => name,
            _ => Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }),
            StringComparer.Ordinal);
        _thread = new WritingThread("webhooks", ThreadPriority.BelowNormal, _ => WriteOnce(), UntilDue);
    }

    /// <summary>Who is told what happens to events. Set before the first event comes.</summary>
    public WebhookListener Listener { private get; set; } = WebhookListener.Nobody;

    /// <summary>Opens the file, on the outbox's own thread. Events can be added before and after.</summary>
    public void Start() => _thread.Start();

    /// <summary>Adds one event for its webhooks. Never waits for the disk.</summary>
    /// <param name="posts">The event, once for each webhook; at least one.</param>
    public void Add(WebhookPost[] posts)
    {
        bool isTaken;
        bool fails;
        lock (_gate)
        {
            // After the end there is nobody who would write.
            isTaken = !_stopping && _fresh.Count < MostInMemory && _freshBytes < MostBytesInMemory;
            fails = _fails;
            if (isTaken)
            {
                _fresh.Enqueue(posts);
                _freshBytes += posts.Sum(post => post.Bytes);
            }
        }
        if (isTaken)
            _thread.Wake();
        if (!isTaken || fails)
            Listener.Kept(posts[0].Id);
        if (isTaken)
            return;
        const string Why = "More events wait in memory for the disk than there is room for.";
        foreach (WebhookPost post in posts)
            Listener.Lost(new LostPosts(post.Webhook, 1, post.Id, post.Id, Why));
    }

    /// <summary>The next events for a webhook after a position, in order; empty while there are none, or the file is not open.</summary>
    /// <exception cref="SqliteException">The file can't be read.</exception>
    public IReadOnlyList<WebhookPost> Read(string webhook, long after, int most)
    {
        lock (_fileGate)
        {
            List<WebhookPost> posts = _file?.Read(webhook, after, most, _old ?? 0) ?? [];
            // The disk may have refused between the commit and the look at its last position.
            if (posts.Count > 0)
                _last = Math.Max(_last, posts[^1].Position);
            return posts;
        }
    }

    /// <summary>Completes when there may be further events for a webhook.</summary>
    public ValueTask<bool> WaitForMoreAsync(string webhook, CancellationToken stop) => _more[webhook].Reader.ReadAsync(stop);

    /// <summary>True when the event was given up meanwhile, to make room or for its age.</summary>
    public bool IsGivenUp(WebhookPost post)
    {
        lock (_gate)
            return post.Position <= _givenUpTo.GetValueOrDefault(post.Webhook);
    }

    /// <summary>Forgets an event that the webhook has taken, or that was set aside.</summary>
    public void Forget(WebhookPost post)
    {
        lock (_gate)
        {
            _sent.Add(post);
            _sentSince ??= _time.GetTimestamp();
        }
        _thread.Wake();
    }

    /// <summary>How much waits for a webhook, on disk and in memory.</summary>
    public WaitingPosts Waiting(string webhook)
    {
        lock (_gate)
        {
            var waiting = _waiting.GetValueOrDefault(webhook);
            foreach (WebhookPost post in _fresh.SelectMany(posts => posts).Where(post => post.Webhook == webhook))
                waiting += new WaitingPosts(1, post.Bytes);
            foreach (WebhookPost post in _sent.Where(post => post.Webhook == webhook))
                waiting -= new WaitingPosts(1, post.Bytes);
            return waiting;
        }
    }

    /// <summary>
    /// For how long the oldest event has waited for a webhook, by the wall clock, on disk or in memory; zero: none waits. Never waits for
    /// the disk.
    /// </summary>
    public TimeSpan OldestAge(string webhook)
    {
        DateTimeOffset? oldest;
        lock (_gate)
            oldest = _oldest.GetValueOrDefault(webhook)
                ?? _fresh.SelectMany(posts => posts).FirstOrDefault(post => post.Webhook == webhook)?.At;
        TimeSpan age = oldest is { } at ? _time.GetUtcNow() - at : TimeSpan.Zero;
        return age > TimeSpan.Zero ? age : TimeSpan.Zero;
    }

    /// <summary>
    /// Completes when all events added so far are on disk, and all that were taken are forgotten there; or when the disk has refused once
    /// more.
    /// </summary>
    public Task Flush() => _thread.Flush();

    /// <summary>Ends the thread and closes the file.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_stopping)
                return;
            _stopping = true;
        }
        if (!_thread.Stop())
            return;
        lock (_fileGate)
        {
            _file?.Dispose();
            _file = null;
        }
    }
}
