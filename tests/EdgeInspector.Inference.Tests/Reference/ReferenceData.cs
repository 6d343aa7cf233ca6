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

    public static ReferenceCase Read(string file) => JsonSerializer.Deserialize<ReferenceCase>(File.ReadAllBytes(file), Json)!;

    private static string ThisFile([CallerFilePath] string path = "") => path;

    private sealed record Expected(IReadOnlyList<ReferenceCase> Cases);
}
