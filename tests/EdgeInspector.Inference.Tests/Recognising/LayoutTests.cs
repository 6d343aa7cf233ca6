using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace EdgeInspector.Inference.Tests.Recognising;

/// <summary>What is not known is refused, with what is known; nothing is read as what it only resembles.</summary>
public sealed class LayoutTests
{
    private static readonly int[][] Strides = [[8, 16, 32], [8, 16, 32, 64], [4, 8, 16, 32]];

    public static TheoryData<string, int, int[][]> Foreign => new()
    {
        { "FastestDet", 80, [[1, 484, 85]] },
        { "FastestDet, grid", 80, [[1, 85, 22, 22]] },
        { "NanoDet", 80, [[1, 2125, 112]] },
        { "NanoDet-Plus", 80, [[1, 3598, 112]] },
        { "NanoDet-Plus with labels that make YOLOv5 of it", 107, [[1, 3598, 112]] },
        { "SSD, boxes and scores", 20, [[1, 3000, 4], [1, 3000, 21]] },
        { "SSD of torchvision", 91, [[200, 4], [200], [200]] },
        { "YOLOX", 80, [[1, 8400, 85]] },
        { "YOLOX, one class", 1, [[1, 8400, 6]] },
        { "v8 with boxes and numbers changed", 80, [[1, 8400, 84]] },
        { "RT-DETR", 80, [[1, 300, 84]] },
        { "RT-DETR with labels that make YOLOv5 of it", 79, [[1, 300, 84]] },
        { "YOLOv3, three grids", 80, [[1, 255, 20, 20], [1, 255, 40, 40], [1, 255, 80, 80]] },
        { "YOLOv3, one grid", 80, [[1, 255, 20, 20]] },
        { "suppressed boxes of other exporters", 80, [[1, 100, 4], [1, 100], [1, 100]] },
        { "suppressed boxes in rows of seven", 7, [[3, 7]] },
        { "an end to end of another length", 5, [[1, 100, 6]] },
        { "pose without properties", 1, [[1, 56, 8400]] },
        { "turned boxes without properties", 15, [[1, 20, 21504]] },
        { "six numbers first, one tag", 1, [[1, 6, 8400]] },
        { "six numbers, one tag, no YOLOv5's number of boxes", 1, [[1, 8400, 6]] },
        { "a picture for a picture", 3, [[1, 3, 640, 640]] },
        { "segmentation by pixels", 21, [[1, 21, 640, 640]] },
        { "features of a network without head", 10, [[1, 512, 20, 20]] },
        { "two outputs of a classifier", 10, [[1, 10], [1, 512]] },
        { "more numbers than tags", 3, [[1, 5]] },
        { "one number for three tags", 3, [[1, 1]] },
        { "no rank", 2, [[2]] },
        { "five sides", 3, [[1, 3, 80, 80, 8]] },
    };

    [Theory]
    [MemberData(nameof(Foreign))]
    public void A_layout_that_is_not_known_is_refused_with_what_is_known(string name, int tags, int[][] outputs)
    {
        string problem = Refused(Network(640, outputs), tags, name);
        if (!problem.Contains("The package names", StringComparison.Ordinal) || !problem.Contains("gives", StringComparison.Ordinal))
            Assert.Contains("Known are classes [N,classes]", problem, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Foreign))]
    public void A_layout_that_is_not_known_is_refused_at_the_first_run_where_its_shape_is_declared_dynamic(
        string name, int tags, int[][] outputs)
    {
        SmallNetwork network = new SmallNetwork().Input("images", TensorElementType.Float, -1, 3, -1, -1);
        foreach ((int i, int[] shape) in outputs.Index())
            network.Output($"output{i}", TensorElementType.Float, [.. shape.Select(_ => -1)], shape, 0.25f);
        Refused(network, tags, name);
    }

    [Theory]
    [InlineData("pose")]
    [InlineData("obb")]
    public void A_task_that_is_not_known_is_named(string task)
    {
        SmallNetwork onnx = Network(640, [[1, 20, 8400]]).Property("names", "{0: 'a'}").Property("stride", "32").Property("task", task);
        Assert.Contains(
            $"the task '{task}', which is not supported; detect, segment and classify are",
            Refused(onnx, 16, task),
            StringComparison.Ordinal);
    }

    [Fact]
    public void An_input_that_is_no_picture_is_refused_with_what_is_expected()
    {
        SmallNetwork video = new SmallNetwork().Input("clip", TensorElementType.Float, 1, 3, 16, 112, 112).Output("y", 1, 2);
        Assert.Contains("[1,3,height,width]", Refused(video, 2, "video"), StringComparison.Ordinal);
        SmallNetwork infrared = new SmallNetwork().Input("bands", TensorElementType.Float, 1, 4, 224, 224).Output("y", 1, 2);
        Assert.Contains("three colour channels", Refused(infrared, 2, "four bands"), StringComparison.Ordinal);
        SmallNetwork two = new SmallNetwork().Picture(224).Input("scale", TensorElementType.Float, 1, 2).Output("y", 1, 2);
        Assert.Contains("2 inputs (images, scale)", Refused(two, 2, "two inputs"), StringComparison.Ordinal);
        SmallNetwork many = new SmallNetwork().Input("batch", TensorElementType.Float, 8, 3, 224, 224).Output("y", 8, 2);
        Assert.Contains("the first dimension may also be dynamic", Refused(many, 2, "eight at once"), StringComparison.Ordinal);
        SmallNetwork whole = new SmallNetwork().Input("images", TensorElementType.Int64, 1, 3, 224, 224).Output("y", 1, 2);
        Assert.Contains("float32, float16, float64 and uint8 are", Refused(whole, 2, "int64"), StringComparison.Ordinal);
    }

    [Fact]
    public void Scores_in_the_place_of_classes_are_no_end_to_end_network()
    {
        // RT-DETR with two classes has the shape of end to end, even with Ultralytics' properties.
        SmallNetwork network = new SmallNetwork().Picture().Output("output0", TensorElementType.Float, [1, 300, 6], [1, 300, 6], 0.25f);
        Assert.Contains("class 0.25", Refused(network, 2, "RT-DETR"), StringComparison.Ordinal);
        network.Property("names", "{0: 'a', 1: 'b'}").Property("stride", "32").Property("task", "detect");
        Refused(network, 2, "RT-DETR");
    }

    [Fact]
    public void A_layout_that_is_asked_for_but_does_not_fit_is_refused_with_that()
    {
        ModelPackage package = Package(Network(640, [[1, 8400, 85]]), 80) with
        {
            Settings = new PackageSettings { Layout = OutputLayout.YoloV8 },
        };
        Assert.Contains(
            "edgeinspector.json says that the layout is YoloV8, which does not fit",
            Assert.Single(Load(package).Problems),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Boxes_of_which_nothing_is_declared_are_read_where_somebody_says_what_they_are()
    {
        SmallNetwork Network() => new SmallNetwork().Input("images", TensorElementType.Float, 1, 3, -1, -1)
            .Output("output0", TensorElementType.Float, [-1, -1, -1], [1, 6, 8400]);
        Refused(Network(), 2, "nobody");
        Accepted(Package(Network(), 2) with { Settings = new PackageSettings { Layout = OutputLayout.YoloV8 } });
        Accepted(Package(Network().Property("names", "{0: 'a', 1: 'b'}").Property("stride", "32").Property("task", "detect"), 2));
        Assert.Contains(
            "instead of [1,7,boxes]",
            Refused(Network().Property("names", "{}").Property("stride", "32").Property("task", "detect"), 3, "tags"),
            StringComparison.Ordinal);
    }

    [Fact]
    public void YOLOv5_that_also_gives_what_its_boxes_are_made_of_is_read_by_its_boxes()
    {
        SmallNetwork onnx = Network(640, [[1, 25200, 7], [1, 3, 80, 80, 7], [1, 3, 40, 40, 7], [1, 3, 20, 20, 7]]);
        Accepted(Package(onnx, 2));
    }

    [Fact]
    public void Whole_numbers_are_never_fed_with_shares()
    {
        SmallNetwork onnx = new SmallNetwork().Input("x", TensorElementType.UInt8, 1, 224, 224, 3).Output("y", 1, 2);
        Accepted(Package(onnx, 2));
        foreach (ValueRange range in new[] { ValueRange.ZeroToOne, ValueRange.MinusOneToOne })
        {
            ModelPackage package = Package(onnx, 2) with
            {
                Settings = new PackageSettings { Preprocessing = new PreprocessingOptions { Range = range } },
            };
            Assert.Contains("Set Preprocessing:Range to ZeroTo255", Assert.Single(Load(package).Problems), StringComparison.Ordinal);
        }
        ModelPackage spread = Package(onnx, 2) with
        {
            Settings = new PackageSettings { Preprocessing = new PreprocessingOptions { Range = ValueRange.ZeroToOne, Std = [1 / 255f] } },
        };
        Accepted(spread);
    }

    /// <summary>Shapes at random around those that are known, with tags at random around those that would fit.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Whatever_the_shape_it_is_refused_or_means_exactly_one_known_layout(int seed)
    {
        var random = new Random(seed);
        int accepted = 0;
        for (int i = 0; i < 250; i++)
        {
            int side = new[] { 64, 96, 128, 320, 416, 640 }[random.Next(6)];
            int[] shape = Shape(random, side);
            int tags = Math.Clamp(
                random.Next(3) switch
                {
                    0 => random.Next(1, 12),
                    1 => shape[random.Next(shape.Length)] - random.Next(4, 7),
                    _ => shape[random.Next(shape.Length)],
                },
                1,
                400);
            int[] declared = [.. shape.Select(length => random.Next(5) == 0 ? -1 : length)];
            SmallNetwork network = new SmallNetwork();
            network = random.Next(4) == 0
                ? network.Input("x", TensorElementType.Float, 1, 3, -1, -1)
                : network.Input("x", TensorElementType.Float, 1, 3, side, side);
            SmallNetwork onnx = network.Output("y", TensorElementType.Float, declared, shape);
            LoadOutcome outcome = Load(Package(onnx, tags));
            if (outcome.Generation is not { } generation)
                continue;
            accepted++;
            using (generation)
            {
                int seen = (int)generation.InputTensor.GetTensorTypeAndShape().Shape[3];
                Assert.True(
                    IsKnown(shape, tags, seen),
                    $"[{string.Join(',', shape)}] with {tags} tags and pictures of {seen}: {generation.Description.Decoder}");
            }
        }
        Assert.InRange(accepted, 1, 249);
    }

    private static bool IsKnown(int[] shape, int tags, int side) => shape switch
    {
        [1, var a] => a == tags || (a == 1 && tags == 2),
        [1, var a, var b] => (a == 4 + tags && Strides.Any(strides => b == Cells(strides, side)))
            || (b == 5 + tags && Strides.Any(strides => a == 3 * Cells(strides, side)))
            || (a == 300 && b == 6),
        [1, var a, var b, var c] =>
            (b == 1 && c == 1 && (a == tags || (a == 1 && tags == 2))) || (a == 5 * (5 + tags) && b * 32 == side && c * 32 == side),
        _ => false,
    };

    private static int Cells(int[] strides, int side) =>
        strides.Sum(stride => ((side + stride - 1) / stride) * ((side + stride - 1) / stride));

    private static int[] Shape(Random random, int side)
    {
        int cells = Cells(Strides[random.Next(3)], side), few = random.Next(1, 12), cell = side / 32;
        int near = random.Next(3) == 0 ? random.Next(-1, 2) : 0;
        int[] shape = random.Next(10) switch
        {
            0 => [1, few],
            1 => [1, 4 + few, cells + near],
            2 => [1, (3 * cells) + near, 5 + few],
            3 => [1, cells + near, random.Next(5, 9)],
            4 => [1, 300 + near, random.Next(5, 8)],
            5 => [1, 5 * (5 + few), cell, cell + near],
            6 => [1, few, random.Next(1, 3), 1],
            7 => [1, random.Next(1, 40), random.Next(1, 40)],
            8 => [1, random.Next(1, 40), random.Next(1, 12), random.Next(1, 12)],
            _ => [1, 3, 5, 5, few],
        };
        return shape.All(length => length > 0) ? shape : [1, few];
    }

    private static SmallNetwork Network(int side, int[][] outputs)
    {
        SmallNetwork network = new SmallNetwork().Picture(side);
        foreach ((int i, int[] shape) in outputs.Index())
            network.Output($"output{i}", TensorElementType.Float, shape, shape, 0.25f);
        return network;
    }

    private static ModelPackage Package(SmallNetwork network, int tags) => new()
    {
        Name = "small",
        Hash = "",
        Labels = [.. Enumerable.Range(0, tags).Select(i => $"tag{i}")],
        Network = new NetworkFacts { Metadata = network.Properties },
        Onnx = network.ToBytes(),
    };

    private static LoadOutcome Load(ModelPackage package) =>
        GenerationLoader.Load(
            package, new InferenceOptions { Threads = 1, WarmUpRuns = 1 }, new PreprocessingOptions(), NullLogger.Instance);

    private static void Accepted(ModelPackage package)
    {
        LoadOutcome outcome = Load(package);
        Assert.Empty(outcome.Problems);
        outcome.Generation!.Dispose();
    }

    private static string Refused(SmallNetwork onnx, int tags, string name)
    {
        LoadOutcome outcome = Load(Package(onnx, tags));
        string read = outcome.Generation?.Description.ToString() ?? "";
        outcome.Generation?.Dispose();
        Assert.True(outcome.Generation is null, $"{name} was read as {read}");
        return Assert.Single(outcome.Problems);
    }
}
