using EdgeInspector.Foundation.Files;

namespace EdgeInspector.ModelStore.Storage;

/// <summary>The folders of the model store.</summary>
/// <param name="Root">The folder <c>models</c> in the data folder; a full path.</param>
public sealed record StoreFolders(string Root)
{
    /// <summary>The packages, each in a folder named after its hash.</summary>
    public string Packages => Path.Combine(Root, "packages");

    /// <summary>Which package each station runs, and its history.</summary>
    public string Active => Path.Combine(Root, "active.json");

    /// <summary>Where people put new packages.</summary>
    public string Inbox => Path.Combine(Root, "inbox");

    /// <summary>Where refused packages lie, each with the reason beside it.</summary>
    public string Quarantine => Path.Combine(Root, "quarantine");

    /// <summary>Reports of packages that were taken.</summary>
    public string Accepted => Path.Combine(Root, "accepted");

    /// <summary>Where the command line leaves requests for the service.</summary>
    public string Requests => Path.Combine(Root, "requests");

    /// <summary>Reports of shadow runs, with pictures.</summary>
    public string Shadow => Path.Combine(Root, "shadow");

    /// <summary>Where sync keeps its memory and its downloads.</summary>
    public string Sync => Path.Combine(Root, "sync");

    /// <summary>Where packages lie while somebody sends them; emptied at each start.</summary>
    public string Received => Path.Combine(Root, "received");

    /// <summary>Networks that were optimised for this machine; can be deleted at any time.</summary>
    public string Optimised => Path.Combine(Root, "optimised");

    /// <summary>
    /// A name that is fit for a file, on Windows too: letters, digits, dots, dashes and underscores of the text; never empty.
    /// </summary>
    /// <param name="text">Any text.</param>
    /// <param name="most">Characters at most.</param>
    public static string Safe(string text, int most = 64)
    {
        string kept = new([.. text.Take(most).Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' ? c : '_')]);
        kept = kept.Trim('.');
        return kept.Length == 0 ? "_" : DeviceNames.Avoided(kept);
    }
}
