using EdgeInspector.Foundation.Files;
using EdgeInspector.Web.Calling;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace EdgeInspector.Web.Pictures;

/// <summary>The picture in a call's body: raw bytes, as <c>curl --data-binary</c> sends them, or the first file of a form.</summary>
/// <param name="Bytes">The picture file; null where there is a fault.</param>
/// <param name="Fault">Why there is none.</param>
internal readonly record struct PictureBody(byte[]? Bytes, CallFault? Fault)
{
    /// <summary>The name of the form's part in Custom Vision's clients; another part with a file is taken too.</summary>
    private const string FormPart = "imageData";

    private const int LongestBoundary = 200;

    // What a form adds to a picture: boundaries, and headers of its parts.
    private const int FormOverhead = 64 * 1024;

    /// <summary>Reads it.</summary>
    /// <param name="request">The call.</param>
    /// <param name="mostBytes">The largest picture.</param>
    /// <param name="stop">The caller is gone.</param>
    public static async Task<PictureBody> ReadAsync(HttpRequest request, int mostBytes, CancellationToken stop)
    {
        if (request.ContentLength > mostBytes + (long)FormOverhead)
            return TooLarge(mostBytes);
        try
        {
            return BoundaryOf(request) is { } boundary
                ? await FromFormAsync(request, boundary, mostBytes, stop).ConfigureAwait(false)
                : await FromStreamAsync(request.Body, mostBytes, stop).ConfigureAwait(false);
        }
        catch (BadHttpRequestException fault) when (fault.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return TooLarge(mostBytes);
        }
        catch (Exception fault) when (fault is InvalidDataException or IOException or BadHttpRequestException)
        {
            return new(null, CallFault.Body($"The body can't be read: {fault.Message}"));
        }
    }

    /// <summary>What stands between the parts of a form, empty where its header is broken; null: the body is no form.</summary>
    public static string? BoundaryOf(HttpRequest request)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out MediaTypeHeaderValue? type)
            || !type.MediaType.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase))
            return null;
        string boundary = HeaderUtilities.RemoveQuotes(type.Boundary).ToString();
        return boundary.Length > LongestBoundary ? "" : boundary;
    }

    private static async Task<PictureBody> FromFormAsync(
        HttpRequest request, string boundary, int mostBytes, CancellationToken stop)
    {
        if (boundary.Length == 0)
            return new(null, CallFault.Body("The form's Content-Type has no boundary. Let the HTTP library write the header."));
        var form = new MultipartReader(boundary, request.Body) { BodyLengthLimit = mostBytes + 1L };
        PictureBody? other = null;
        while (await form.ReadNextSectionAsync(stop).ConfigureAwait(false) is { } section)
        {
            if (section.GetContentDispositionHeader() is not { } place)
                continue;
            bool isNamed = HeaderUtilities.RemoveQuotes(place.Name).Equals(FormPart, StringComparison.OrdinalIgnoreCase);
            if (!isNamed && (other is not null || !place.IsFileDisposition()))
                continue;
            PictureBody picture = await FromStreamAsync(section.Body, mostBytes, stop).ConfigureAwait(false);
            if (isNamed || picture.Fault is not null)
                return picture;
            other = picture;
        }
        return other ?? new(null, CallFault.Body($"The form has no file. Send the picture as the part {FormPart}."));
    }

    private static async Task<PictureBody> FromStreamAsync(Stream body, int mostBytes, CancellationToken stop)
    {
        try
        {
            byte[]? bytes = await BoundedBytes.ReadAsync(body, mostBytes, stop).ConfigureAwait(false);
            return bytes is null ? TooLarge(mostBytes)
                : bytes.Length == 0 ? new(null, CallFault.Body("The body is empty. Send the bytes of a picture file."))
                : new(bytes, null);
        }
        catch (InvalidDataException)
        {
            // The form's own limit.
            return TooLarge(mostBytes);
        }
    }

    private static PictureBody TooLarge(int mostBytes) => new(null, CallFault.Size(
        $"The picture is larger than {mostBytes:N0} bytes. Send a smaller one, or raise Http:Prediction:MostBytes."));
}
