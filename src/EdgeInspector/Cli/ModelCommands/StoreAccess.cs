using EdgeInspector.Foundation.Files;
using EdgeInspector.ModelStore.Storage;
using EdgeInspector.Settings;

namespace EdgeInspector.Cli.ModelCommands;

/// <summary>The store in the data folder of the settings, as a command sees it.</summary>
internal sealed class StoreAccess
{
    public StoreAccess(SettingsFile settings)
    {
        Options = settings.Options;
        Folders = new StoreFolders(Path.GetFullPath(Path.Combine(Options.DataFolder, "models")));
        Store = new PackageStore(Folders);
    }

    public AgentOptions Options { get; }

    public StoreFolders Folders { get; }

    public PackageStore Store { get; }

    /// <summary>Which package each station runs; for reading only.</summary>
    public ActiveFile Active => ActiveFile.Peek(Folders);

    /// <summary>True while an agent uses the data folder.</summary>
    public bool IsAgentRunning => DataFolderLock.IsHeld(Options.DataFolder);

    /// <summary>Finds the station that the user means.</summary>
    /// <param name="name">The station's name; null: the only station.</param>
    /// <param name="how">How the user names the station to this command, as the end of a sentence.</param>
    /// <exception cref="RefusedException">The name means no station.</exception>
    public (string Name, StationSettings Settings) Station(string? name, string how = " with --station")
    {
        if (name is null && Options.Stations.Count == 1)
            return (Options.Stations.Keys.First(), Options.Stations.Values.First());
        if (name is not null && Options.Stations.TryGetValue(name, out StationSettings? settings))
            return (name, settings);
        string all = string.Join(", ", Options.Stations.Keys);
        throw new RefusedException(
            name is null ? $"Say for which station{how}; there are {all}." : $"There is no station '{name}'; there are {all}.");
    }

    /// <exception cref="RefusedException">The store has no such package.</exception>
    public StoredPackage Package(string meant) => Store.Resolve(meant, out string problem) ?? throw new RefusedException(problem);
}
