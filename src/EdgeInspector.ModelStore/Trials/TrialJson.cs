using System.Text.Json;
using EdgeInspector.ModelStore.Storage;

namespace EdgeInspector.ModelStore.Trials;

/// <summary>How a trial's request and report travel between processes, and how the report is kept.</summary>
public static class TrialJson
{
    /// <exception cref="JsonException">The text is no request.</exception>
    public static TrialRequest? ReadRequest(ReadOnlySpan<byte> json) => JsonSerializer.Deserialize<TrialRequest>(json, StoreJson.Options);

    /// <exception cref="JsonException">The text is no report.</exception>
    public static TrialReport? ReadReport(string json) => JsonSerializer.Deserialize<TrialReport>(json, StoreJson.Options);

    public static byte[] Write<T>(T value) => StoreJson.Write(value);
}
