using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace EdgeInspector.Web.Calling;

/// <summary>Answers as JSON.</summary>
internal static class Answers
{
    private static readonly JsonSerializerOptions Form = new(JsonSerializerDefaults.Web)
    {
        // Never part of a page: people read the sentences.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static IResult Of<T>(T answer, int status = StatusCodes.Status200OK) => Results.Json(answer, Form, statusCode: status);

    /// <summary>An answer as it is sent, for whoever keeps it.</summary>
    public static byte[] Bytes<T>(T answer) => JsonSerializer.SerializeToUtf8Bytes(answer, Form);

    /// <summary>Bytes that are JSON already.</summary>
    public static IResult Json(byte[] json, int status = StatusCodes.Status200OK) => new JsonBytes(json, status);

    public static IResult Refused(CallFault fault) => new RefusedCall(fault);

    private sealed class RefusedCall(CallFault fault) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            if (fault.Status == StatusCodes.Status429TooManyRequests)
                httpContext.Response.Headers.RetryAfter = "1";
            return Of(new Refusal(fault.Code, fault.Message), fault.Status).ExecuteAsync(httpContext);
        }
    }

    private sealed class JsonBytes(byte[] json, int status) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = status;
            httpContext.Response.ContentType = "application/json; charset=utf-8";
            httpContext.Response.ContentLength = json.Length;
            await httpContext.Response.Body.WriteAsync(json, httpContext.RequestAborted).ConfigureAwait(false);
        }
    }
}
