using EdgeInspector.Delivery.Images;
using EdgeInspector.Foundation.Files;

namespace EdgeInspector.Delivery.Webhooks;

/// <summary>What must hold of all webhooks together, and between them and other settings.</summary>
public static class WebhookSettings
{
    // Each has its own connection, its own queue on disk and its own memory.
    private const int Most = 16;

    private const int LongestName = 64;

    /// <summary>What is wrong, a sentence each; empty when nothing is.</summary>
    /// <param name="webhooks">The webhooks by name, each valid in itself.</param>
    /// <param name="stations">The names of the stations.</param>
    /// <param name="images">What becomes of pictures.</param>
    public static IEnumerable<string> Problems(
        IReadOnlyDictionary<string, WebhookOptions> webhooks, IReadOnlyCollection<string> stations, ImageMode images)
    {
        if (webhooks.Count > Most)
            yield return $"There are {webhooks.Count} webhooks; {Most} are possible.";
        foreach ((string name, WebhookOptions options) in webhooks)
        {
            // The name becomes that of a folder.
            if (name.Length is 0 or > LongestName || !name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_')
                || DeviceNames.Contains(name))
                yield return $"The name '{name}' is not possible; use 1 to {LongestName} letters from a to z, digits, '-' and '_'.";
            foreach (string other in options.Stations.Where(station => !stations.Contains(station)))
                yield return $"{name} names the station '{other}', which there is not; there are: {string.Join(", ", stations)}.";
            if (options.Pictures && images == ImageMode.Off)
                yield return $"{name} is to get pictures, but none is kept: set Images:Mode to Spool, or leave Pictures out.";
        }
    }
}
