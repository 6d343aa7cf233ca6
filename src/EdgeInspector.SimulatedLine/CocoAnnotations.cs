using System.Text.Json;
using System.Text.Json.Nodes;
using OpenCvSharp;

namespace EdgeInspector.SimulatedLine;

/// <summary>
/// The list of a data set's defects in the COCO object detection format (https://cocodataset.org/#format-data): boxes are left, top, width,
/// height in pixels; outlines are polygons; good parts are images without annotations.
/// </summary>
internal sealed class CocoAnnotations
{
    public const string FileName = "annotations.json";

    private readonly JsonArray _images = [];
    private readonly JsonArray _annotations = [];
    private readonly JsonObject _info;
    private readonly SensorSize _sensor;

    public CocoAnnotations(DataSetOptions options)
    {
        _sensor = options.Sensor;
        _info = new JsonObject
        {
            ["description"] = "Rendered parts of EdgeInspector's simulated line",
            ["seed"] = options.Seed,
            ["share_ok"] = options.ShareOk,
        };
    }

    public void Add(SimulatedPart part, string file)
    {
        int image = _images.Count + 1;
        _images.Add(new JsonObject
        {
            ["id"] = image,
            ["file_name"] = file,
            ["width"] = _sensor.Width,
            ["height"] = _sensor.Height,
        });
        foreach (SimulatedDefect defect in part.Defects)
        {
            float width = defect.Box.Width * _sensor.Width, height = defect.Box.Height * _sensor.Height;
            _annotations.Add(new JsonObject
            {
                ["id"] = _annotations.Count + 1,
                ["image_id"] = image,
                ["category_id"] = Category(defect.Tag),
                ["bbox"] = new JsonArray(
                    Rounded(defect.Box.Left * _sensor.Width), Rounded(defect.Box.Top * _sensor.Height), Rounded(width), Rounded(height)),
                ["area"] = Rounded(width * height),
                ["segmentation"] = new JsonArray(new JsonArray([.. defect.Outline.SelectMany(Coordinates)])),
                ["iscrowd"] = 0,
            });
        }
    }

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(new JsonObject
    {
        ["info"] = _info,
        ["licenses"] = new JsonArray(),
        ["images"] = _images,
        ["annotations"] = _annotations,
        ["categories"] = new JsonArray(
            [.. PartTags.Defects.Select(tag => new JsonObject { ["id"] = Category(tag), ["name"] = tag, ["supercategory"] = "defect" })]),
    });

    private static int Category(string tag) => 1 + PartTags.Defects.Index().First(t => t.Item == tag).Index;

    private static IEnumerable<JsonNode> Coordinates(Point2f point) => [Rounded(point.X), Rounded(point.Y)];

    private static JsonValue Rounded(float value) => JsonValue.Create(Math.Round((double)value, 2));
}
