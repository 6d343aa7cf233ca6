using System.Text.Json.Nodes;
using EdgeInspector.Delivery.Events;
using EdgeInspector.Delivery.Images;

namespace EdgeInspector.Delivery.Webhooks;

/// <summary>Finds the picture that goes with an event, in the spool or within the event itself. Thread-safe.</summary>
/// <param name="spooled">The pictures in the spool.</param>
/// <param name="time">The clock.</param>
internal sealed class WebhookPictures(SpooledPictures spooled, TimeProvider time)
{
    // Encoding takes tens of milliseconds, and the queue of frames is short. A picture that is not there by then was given up.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5), LookEvery = TimeSpan.FromMilliseconds(50);

    /// <summary>The event's JSON without a picture, and the picture; null: there is none, or it is gone.</summary>
    public async Task<(byte[] Json, byte[]? Picture)> OfAsync(WebhookPost post, CancellationToken stop)
    {
        if (!post.HasPicture)
            return (post.Json, null);
        if (EventWriter.WithoutPicture(post.Json) is { } alone)
            return (alone, Within(post.Json));
        await spooled.Loaded.WaitAsync(Patience, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        long began = time.GetTimestamp();
        while (true)
        {
            byte[]? picture = spooled.Find(post.Id);
            if (picture is not null || time.GetUtcNow() - post.At > Patience || time.GetElapsedTime(began) > Patience)
                return (post.Json, picture);
            await Task.Delay(LookEvery, time, stop).ConfigureAwait(false);
        }
    }

    private static byte[]? Within(byte[] json)
    {
        try
        {
            return JsonNode.Parse(json)?["image"]?["base64"]?.GetValue<string>() is { } text ? Convert.FromBase64String(text) : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
