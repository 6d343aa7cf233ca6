using System.IO.Compression;
using EdgeInspector.Inspection.Stations;
using EdgeInspector.ModelStore.Storage;
using EdgeInspector.ModelStore.Sync;
using EdgeInspector.ModelStore.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeInspector.ModelStore.Tests.Sync;

/// <summary>A station whose models are pulled from a server of this machine.</summary>
internal sealed class SyncBench : IAsyncDisposable
{
    private readonly StoreBench _store = new();
    private readonly List<ModelSync> _syncs = [];

    private SyncBench(FakeTrainingApi api)
    {
        Api = api;
        Line = new ModelBench(_store, _store.Package("first"), disk: Disk);
        First = Line.Models.Running.Package;
    }

    public FakeTrainingApi Api { get; }

    public ModelBench Line { get; }

    public FullDisk Disk { get; } = new();

    /// <summary>The package that runs before anything is pulled.</summary>
    public string First { get; }

    public string Root => _store.Root;

    public string? Complaint => Line.Health.Complaints.GetValueOrDefault(ModelSync.Component);

    public string Running => Line.Models.Running.Name;

    public static async Task<SyncBench> StartAsync() => new(await FakeTrainingApi.StartAsync());

    /// <summary>A zip of a package of its own.</summary>
    public string Zip(string name, Action<string>? spoil = null)
    {
        string zip = Path.Combine(_store.Root, $"{name}.zip");
        ZipFile.CreateFromDirectory(_store.Package(name, spoil), zip);
        return zip;
    }

    public SyncOptions Vision(Func<CustomVisionOptions, CustomVisionOptions>? change = null)
    {
        var options = new CustomVisionOptions { Endpoint = Api.Address, Project = Api.Project.ToString(), Key = FakeTrainingApi.Key };
        return Options() with { CustomVision = change?.Invoke(options) ?? options };
    }

    public SyncOptions Manifest() => Options() with { Manifest = new ManifestOptions { Url = $"{Api.Address}/files/manifest.json" } };

    public static SyncOptions Options() => new() { Every = TimeSpan.FromMilliseconds(50), Timeout = TimeSpan.FromSeconds(20) };

    /// <summary>Runs a sync until something has come about.</summary>
    public async Task RunUntil(SyncOptions options, Func<bool> condition, TimeProvider? time = null)
    {
        var scope = new StationScope("s1", Line.Health, new StationCounters(), time ?? TimeProvider.System, NullLogger.Instance);
        using var sync = new ModelSync(scope, options, Line.Desk, Line.Folders);
        using var stop = new CancellationTokenSource();
        Task running = sync.RunAsync(stop.Token);
        try
        {
            await Eventually.TrueAsync(condition, () => $"It did not come about. Running: {Running}; complaint: "
                + $"{Complaint}; last requests: {string.Join(", ", Api.Requests.TakeLast(5).Select(r => r.Line))}");
        }
        finally
        {
            await stop.CancelAsync();
            await running;
        }
    }

    /// <summary>Publishes a manifest for a zip.</summary>
    public void Publish(string zip, string version, string? sha256 = null, string? name = null)
    {
        byte[] content = File.ReadAllBytes(zip);
        Api.Files["package.zip"] = content;
        name ??= Path.GetFileNameWithoutExtension(zip);
        sha256 ??= Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(content));
        Api.Files["manifest.json"] = System.Text.Encoding.UTF8.GetBytes(
            $$"""
            {"name":"{{name}}","iteration":null,"version":"{{version}}","url":"package.zip","sha256":"{{sha256}}","size":{{content.Length}}}
            """);
    }

    /// <summary>A disk that can be full.</summary>
    internal sealed class FullDisk : StoreDisk
    {
        public volatile bool IsFull;

        protected override void Step(string what)
        {
            if (IsFull)
                throw new IOException("No space left on device");
        }
    }

    public async ValueTask DisposeAsync()
    {
        _syncs.ForEach(sync => sync.Dispose());
        await Line.DisposeAsync();
        await Api.DisposeAsync();
        _store.Dispose();
    }
}
