using System.Text.Json;

namespace EdgeInspector.Inference.Tests.Reference;

/// <summary>
/// What an independent computation expects of a package, as <c>make_reference.py</c>, <c>make_trainers.py</c> and
/// <c>models/training/reference.py</c> write it. The last one also says of which network (SHA-1 of the ONNX file), so that numbers of an
/// older one are noticed.
/// </summary>
internal sealed record ReferenceCase(
    string Package, ReferenceSettings? Settings, IReadOnlyList<ReferenceImage> Images, string? ModelSha1 = null);

internal sealed record ReferenceSettings(bool SuppressAcrossTags = false, bool LogisticCentre = true);

internal sealed record ReferenceImage(string File, IReadOnlyList<ReferencePrediction> Predictions, ReferenceInput? Input = null);

/// <summary>The network's input tensor: its shape, each channel's mean, and single values.</summary>
internal sealed record ReferenceInput(
    IReadOnlyList<long> Shape, IReadOnlyList<double> ChannelMeans, IReadOnlyList<ReferenceSample> Samples);

internal sealed record ReferenceSample(int Channel, int Y, int X, float Value);

internal sealed record ReferencePrediction(string TagName, float Probability, ReferenceBox? BoundingBox, float? MaskArea = null);

internal sealed record ReferenceBox(float Left, float Top, float Width, float Height);

internal static class ReferenceData
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public static string Folder { get; } = Repository.PathOf("tests", "EdgeInspector.Inference.Tests", "Reference");

    /// <summary>Packages as Custom Vision exports them, from <c>make_reference.py</c>.</summary>
    public static IReadOnlyList<ReferenceCase> Cases { get; } = Read("expected.json");

    /// <summary>Packages as Custom Vision exports them since 2026 and as other trainers do, from <c>make_trainers.py</c>.</summary>
    public static IReadOnlyList<ReferenceCase> Trainers { get; } = Read("trainers.json");

    /// <summary>
    /// Reads what <c>models/training/reference.py</c> wrote about a shipped model; the package's path is relative to the repository.
    /// </summary>
    public static ReferenceCase ReadShipped(string file) => JsonSerializer.Deserialize<ReferenceCase>(File.ReadAllBytes(file), Json)!;

    private static IReadOnlyList<ReferenceCase> Read(string file) =>
        JsonSerializer.Deserialize<Expected>(File.ReadAllBytes(Path.Combine(Folder, file)), Json)!.Cases;

    private sealed record Expected(IReadOnlyList<ReferenceCase> Cases);
}
