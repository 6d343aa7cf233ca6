using System.Net;
using EdgeInspector.Inference;
using EdgeInspector.Inference.Recognising;

namespace EdgeInspector.ModelStore.Packages;

/// <summary>
/// The tags of a package, from the source that knows them best: the network itself, then <c>edgeinspector.json</c>, then <c>labels.txt</c>.
/// </summary>
/// <param name="Tags">In class order, as they are shown.</param>
/// <param name="NetworkTags">The tags as the network spells them; null when the network names none.</param>
/// <param name="From">Where the tags come from, in words.</param>
/// <param name="Note">What the user should know; null when all sources agree.</param>
internal sealed record PackageTags(IReadOnlyList<string> Tags, IReadOnlyList<string>? NetworkTags, string From, string? Note)
{
    /// <summary>Decides on the tags; adds to the problems what is wrong with the tags, or that there are none.</summary>
    /// <param name="network">The tags that the network names, or null.</param>
    /// <param name="settings">What <c>edgeinspector.json</c> says, or null.</param>
    /// <param name="file">The lines of the labels file, or null.</param>
    /// <param name="fileName">The name of the labels file.</param>
    /// <param name="isAnomalyDetector">True when the network has one tag that needs no name.</param>
    /// <param name="limits">How many tags there may be, and how long.</param>
    /// <param name="problems">The list to which problems are added.</param>
    public static PackageTags? Decide(
        NetworkTags? network,
        PackageSettings? settings,
        IReadOnlyList<string>? file,
        string fileName,
        bool isAnomalyDetector,
        PackageLimits limits,
        List<string> problems)
    {
        int before = problems.Count;
        // A map with numbers as tags only counts the outputs; other sources may know what the outputs mean.
        if (network is { AreNumbers: true } && (settings?.Labels ?? file) is { } named && named.Count == network.Names.Count)
            return Decide(null, settings, file, fileName, isAnomalyDetector, limits, problems) is { } given
                ? given with { NetworkTags = network.Names }
                : null;
        if (network is not null)
        {
            // Custom Vision writes tags into the network with HTML escapes: &gt;10 for >10.
            IReadOnlyList<string> shown = [.. network.Names.Select(WebUtility.HtmlDecode).OfType<string>()];
            if (shown.Distinct(StringComparer.Ordinal).Count() < shown.Count)
                shown = network.Names;
            LabelsFile.Check(shown, network.From, "tag", limits, problems);
            if (problems.Count > before)
                return null;
            string? note = settings?.Labels is { } asked ? Difference(shown, asked, $"{PackageSettingsFile.FileName}, Labels,")
                : file is not null && !file.SequenceEqual(network.Names, StringComparer.Ordinal) ? Difference(shown, file, fileName)
                : null;
            return new PackageTags(shown, network.Names, network.From, note);
        }
        if (settings?.Labels is { } labels)
        {
            LabelsFile.Check(labels, $"{PackageSettingsFile.FileName}, Labels", "tag", limits, problems);
            return problems.Count > before ? null : new PackageTags(labels, null, PackageSettingsFile.FileName, null);
        }
        if (file is not null)
            return new PackageTags(file, null, fileName, null);
        if (isAnomalyDetector)
            return new PackageTags([AnomalibOutputs.DefaultTag], null, "the kind of network", null);
        problems.Add($"It contains no {fileName}, and the network names no tags itself. {Remedy(fileName)}");
        return null;
    }

    /// <summary>What to do where tags are missing.</summary>
    public static string Remedy(string fileName) =>
        $"Put the {fileName} of the same export beside the model: a text file with one tag per line, in the order of the model's outputs; "
        + $"or name the tags as Labels in an {PackageSettingsFile.FileName} there.";

    private static string? Difference(IReadOnlyList<string> network, IReadOnlyList<string> other, string where)
    {
        if (network.SequenceEqual(other, StringComparer.Ordinal))
            return null;
        int at = network.Zip(other).TakeWhile(pair => pair.First == pair.Second).Count();
        string first = at < network.Count && at < other.Count ? $"number {at + 1} is '{other[at]}' there and '{network[at]}' in the network"
            : $"there are {other.Count} tags there and {network.Count} in the network";
        return $"{where} and the network disagree on the tags: {first}. The network's own map decides.";
    }
}
