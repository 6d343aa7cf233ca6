using System.Security.Cryptography;
using System.Text;

namespace EdgeInspector.Delivery.Webhooks;

/// <summary>The body of a request: the event as JSON, or a form with the event and its picture.</summary>
/// <param name="Content">Every byte, as it is signed.</param>
/// <param name="Type">The content type.</param>
internal sealed record WebhookBody(byte[] Content, string Type)
{
    private const string Json = "application/json";

    /// <summary>Makes the body.</summary>
    /// <param name="json">The whole event.</param>
    /// <param name="id">The event's id, after which the picture's file is called.</param>
    /// <param name="picture">A JPEG; null: the event goes alone.</param>
    public static WebhookBody Of(byte[] json, Guid id, byte[]? picture)
    {
        if (picture is null)
            return new WebhookBody(json, Json);
        // Random: nobody can know it beforehand and put it into a part's name.
        string boundary = RandomNumberGenerator.GetHexString(32, lowercase: true);
        byte[] content =
        [
            .. Encoding.ASCII.GetBytes($"--{boundary}\r\nContent-Disposition: form-data; name=\"event\"\r\nContent-Type: {Json}\r\n\r\n"),
            .. json,
            .. Encoding.ASCII.GetBytes(
                $"\r\n--{boundary}\r\nContent-Disposition: form-data; name=\"picture\"; filename=\"{id}.jpg\"\r\n"
                + "Content-Type: image/jpeg\r\n\r\n"),
            .. picture,
            .. Encoding.ASCII.GetBytes($"\r\n--{boundary}--\r\n"),
        ];
        return new WebhookBody(content, $"multipart/form-data; boundary={boundary}");
    }
}
