using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.OpenApi;

namespace EdgeInspector.Web.Describing;

/// <summary>A call as a line for a shell.</summary>
/// <param name="address">Where the agent is reached, without a slash at the end.</param>
/// <param name="values">What stands at the places of a path.</param>
internal sealed class CurlLine(string address, IReadOnlyDictionary<string, string> values)
{
    /// <summary>The picture file that lines send.</summary>
    public const string Picture = "part.jpg";

    /// <summary>Writes it. The key, where one is asked for, is taken from the shell's variable <c>KEY</c>.</summary>
    public string Write(string path, HttpMethod method, OpenApiOperation operation)
    {
        foreach ((string place, string value) in values)
            path = path.Replace($"{{{place}}}", Uri.EscapeDataString(value), StringComparison.Ordinal);
        var line = new StringBuilder("curl --silent --show-error --fail-with-body ");
        line.Append(method.Method switch
        {
            var get when HttpMethods.IsGet(get) => "",
            var head when HttpMethods.IsHead(head) => "--head ",
            var other => $"-X {other} ",
        });
        line.Append(Quoted(address + path));
        if (operation.Security is { Count: > 0 })
            line.Append(" -H \"Prediction-Key: $KEY\"");
        if (operation.RequestBody?.Content?.FirstOrDefault() is { Key: { } type, Value: { } body })
            line.Append(" -H ").Append(Quoted($"Content-Type: {type}")).Append(body.Example is { } example
                ? $" --data {Quoted(example.ToJsonString())}"
                : $" --data-binary @{Picture}");
        return line.ToString();
    }

    private static string Quoted(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
