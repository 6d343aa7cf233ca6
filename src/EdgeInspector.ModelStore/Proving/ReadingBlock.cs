using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using EdgeInspector.Inference;

namespace EdgeInspector.ModelStore.Proving;

/// <summary>A reading as the settings of a station, or <c>edgeinspector.json</c>, say it.</summary>
public static class ReadingBlock
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>
    /// The blocks <c>Preprocessing</c> and <c>Classifier</c>, as far as the reading differs from the one in force. Each block says every
    /// point, so that it can replace another block.
    /// </summary>
    /// <param name="reading">The reading that is wanted.</param>
    /// <param name="inForce">The reading in force; null: none runs.</param>
    public static JsonObject Of(NetworkReading reading, NetworkReading? inForce)
    {
        var block = new JsonObject();
        PreprocessingOptions wanted = reading.Preprocessing;
        if (inForce is null || !PossibleReadings.IsSame(reading with { Scores = inForce.Scores }, inForce))
        {
            var preprocessing = new JsonObject
            {
                ["ColourOrder"] = wanted.ColourOrder.ToString(),
                ["Range"] = wanted.Range.ToString(),
                ["Mean"] = Numbers(wanted.Mean!),
                ["Std"] = Numbers(wanted.Std!),
                ["Crop"] = wanted.Crop.ToString(),
                ["Resize"] = wanted.Resize.ToString(),
            };
            foreach ((string name, int? side) in new[]
                {
                    ("TargetWidth", wanted.TargetWidth),
                    ("TargetHeight", wanted.TargetHeight),
                    ("CropWidth", wanted.CropWidth),
                    ("CropHeight", wanted.CropHeight),
                })
            {
                // Settings allow no smaller sides, and a network of so small a fixed size needs none.
                if (side is >= 32)
                    preprocessing[name] = side;
            }
            if (wanted.Interpolation is { } interpolation and not Interpolation.Linear)
                preprocessing["Interpolation"] = interpolation.ToString();
            block["Preprocessing"] = preprocessing;
        }
        if (reading.Scores is { } scores && scores != inForce?.Scores)
            block["Classifier"] = new JsonObject { ["Scores"] = scores.ToString() };
        return block;
    }

    /// <summary>The members of the block as lines to paste.</summary>
    public static string Lines(JsonObject block)
    {
        // Without the outer braces, since the block is pasted among other members.
        string[] lines = OnOneLine(block.ToJsonString(Indented)).Split('\n');
        return string.Join('\n', lines[1..^1].Select(line => line.Length > 2 ? line[2..] : line));
    }

    /// <summary>The differences from the reading in force, on one line: <c>"Preprocessing": { "Range": "ZeroToOne" }</c>.</summary>
    public static string OneLine(NetworkReading reading, NetworkReading inForce)
    {
        JsonObject wanted = Of(reading, inForce), known = Of(inForce, null);
        foreach ((string part, JsonNode? points) in wanted)
        {
            foreach ((string name, JsonNode? value) in points!.AsObject().ToList())
            {
                if (JsonNode.DeepEquals(value, known[part]?[name]))
                    points.AsObject().Remove(name);
            }
        }
        return string.Join(" and ", wanted.Select(part =>
            $"\"{part.Key}\": "
            + $"{{ {string.Join(", ", part.Value!.AsObject().Select(point => $"\"{point.Key}\": {point.Value!.ToJsonString()}"))} }}"));
    }

    private static JsonArray Numbers(IReadOnlyList<float> numbers) =>
        [.. numbers.Select(number => (JsonNode)JsonValue.Create(
            decimal.Parse(number.ToString("0.######", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)))];

    /// <summary>Short lists of numbers read better on one line.</summary>
    private static string OnOneLine(string json) =>
        Regex.Replace(
            json.ReplaceLineEndings("\n"), @"\[[^\[\]{}]*\]", list => $"[{Regex.Replace(list.Value[1..^1].Trim(), @"\s+", " ")}]");
}
