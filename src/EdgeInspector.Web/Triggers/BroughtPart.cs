using System.Buffers;
using EdgeInspector.Delivery.Triggers;
using EdgeInspector.Foundation.Files;
using EdgeInspector.Web.Calling;
using EdgeInspector.Web.Pictures;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace EdgeInspector.Web.Triggers;

/// <summary>
/// The part that a caller brings: its id as over MQTT, or a form with the id in <c>part</c>, perhaps its kind in <c>type</c>, and its
/// picture as a file.
/// </summary>
/// <param name="Part">The part's id; null: the caller named none.</param>
/// <param name="Type">What kind of part it is; null: nobody said.</param>
/// <param name="Picture">The picture file; null: the station's camera takes the picture.</param>
internal sealed record BroughtPart(string? Part, string? Type, byte[]? Picture)
{
    private const string PartField = "part", TypeField = "type";

    /// <summary>Reads what a caller brings.</summary>
    /// <param name="request">The call.</param>
    /// <param name="mostBytes">The largest picture.</param>
    /// <param name="stop">The caller is gone.</param>
    /// <returns>The part, or why the caller is refused; then there was no part.</returns>
    public static async Task<(BroughtPart? Brought, CallFault? Fault)> ReadAsync(
        HttpRequest request, int mostBytes, CancellationToken stop)
    {
        if (PictureBody.BoundaryOf(request) is "")
            return (null, CallFault.Body("The form's Content-Type has no boundary. Let the HTTP library write the header."));
        if (PictureBody.BoundaryOf(request) is { } boundary)
            return await FromFormAsync(new MultipartReader(boundary, request.Body) { BodyLengthLimit = mostBytes + 1L }, mostBytes, stop)
                .ConfigureAwait(false);
        byte[]? body = await BoundedBytes.ReadAsync(request.Body, TriggerPayload.MostBytes, stop).ConfigureAwait(false);
        if (body is null)
            return (null, new CallFault(
                413, "BadRequest", $"The body has more than {TriggerPayload.MostBytes} bytes; send {{\"part\": \"…\"}}."));
        return IdIn(body, out string? part, out string? type) is { } wrong ? (null, wrong) : (new BroughtPart(part, type, null), null);
    }

    private static async Task<(BroughtPart? Brought, CallFault? Fault)> FromFormAsync(
        MultipartReader form, int mostBytes, CancellationToken stop)
    {
        var brought = new BroughtPart(null, null, null);
        try
        {
            while (await form.ReadNextSectionAsync(stop).ConfigureAwait(false) is { } section)
            {
                if (section.GetContentDispositionHeader() is not { } place)
                    continue;
                string name = HeaderUtilities.RemoveQuotes(place.Name).ToString();
                bool isFile = place.IsFileDisposition();
                byte[]? content = await BoundedBytes.ReadAsync(section.Body, isFile ? mostBytes : TriggerPayload.MostBytes, stop)
                    .ConfigureAwait(false);
                if (content is null)
                    return (null, CallFault.Size($"The form's part '{name}' is too large."));
                if (isFile && brought.Picture is not null)
                    return (null, CallFault.Body("The form has several files; a part has one picture here."));
                if (brought.With(name, isFile, content, out CallFault? wrong) is not { } more)
                    return (null, wrong);
                brought = more;
            }
            return (brought, null);
        }
        catch (Exception fault) when (fault is InvalidDataException or IOException)
        {
            return (null, CallFault.Body($"The form can't be read: {fault.Message}"));
        }
    }

    private BroughtPart? With(string name, bool isFile, byte[] content, out CallFault? wrong)
    {
        wrong = null;
        if (isFile)
            return this with { Picture = content };
        if (name is not (PartField or TypeField))
            return this;
        wrong = IdIn(content, out string? part, out string? type);
        return wrong is not null ? null
            : name == TypeField ? this with { Type = part }
            : this with { Part = part, Type = type ?? Type };
    }

    private static CallFault? IdIn(byte[] content, out string? part, out string? type) =>
        TriggerPayload.TryRead(new ReadOnlySequence<byte>(content), out part, out type, out string? wrong) || wrong is null
            ? null
            : new CallFault(400, "BadRequest", $"The part's id can't be read: {wrong}.");
}
