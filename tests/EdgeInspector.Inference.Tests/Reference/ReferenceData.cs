using System.Runtime.CompilerServices;
using System.Text.Json;

namespace EdgeInspector.Inference.Tests.Reference;

/// <summary>What an independent computation expects, as <c>make_reference.py</c> and the training script write it.</summary>
internal sealed record ReferenceCase(string Package, ReferenceSettings? Settings, IReadOnlyList<ReferenceImage> Images);

internal sealed record ReferenceSettings(bool SuppressAcrossTags = false, bool LogisticCentre = true);

internal sealed record ReferenceImage(string File, IReadOnlyList<ReferencePrediction> Predictions);

internal sealed record ReferencePrediction(string TagName, float Probability, ReferenceBox? BoundingBox);

internal sealed record ReferenceBox(float Left, float Top, float Width, float Height);

internal static class ReferenceData
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public static string Folder { get; } = Path.GetDirectoryName(ThisFile())!;

    public static string Repository { get; } = Path.GetFullPath(Path.Combine(Folder, "..", "..", ".."));

    public static IReadOnlyList<ReferenceCase> Cases { get; } =
        JsonSerializer.Deserialize<Expected>(File.ReadAllBytes(Path.Combine(Folder, "expected.json")), Json)!.Cases;

    /// <summary>Reads what <c>models/training/reference.py</c> wrote about a shipped model.</summary>
    public static ReferenceCase ReadShipped(string file)
    {
        Shipped shipped = JsonSerializer.Deserialize<Shipped>(File.ReadAllBytes(file), Json)!;
        return new ReferenceCase(Path.Combine("models", shipped.Package), null, [.. shipped.Images.Select(image => new ReferenceImage(
            image.Image,
            [
                .. (image.Probabilities ?? []).Select(pair => new ReferencePrediction(pair.Key, pair.Value, null)),
                .. (image.Boxes ?? []).Select(box => new ReferencePrediction(box.Tag, box.Probability, new ReferenceBox(box.Left, box.Top, box.Width, box.Height))),
            ]))]);
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;

    private sealed record Shipped(string Package, IReadOnlyList<ShippedImage> Images);

    private sealed record ShippedImage(string Image, Dictionary<string, float>? Probabilities, IReadOnlyList<ShippedBox>? Boxes);

    private sealed record ShippedBox(string Tag, float Probability, float Left, float Top, float Width, float Height);

    private sealed record Expected(IReadOnlyList<ReferenceCase> Cases);
}
