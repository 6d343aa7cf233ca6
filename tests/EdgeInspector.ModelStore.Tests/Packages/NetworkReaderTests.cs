using EdgeInspector.Inference;
using EdgeInspector.ModelStore.Packages;
using static EdgeInspector.ModelStore.Tests.Packages.NetworkBytes;

namespace EdgeInspector.ModelStore.Tests.Packages;

public sealed class NetworkReaderTests : IDisposable
{
    private readonly PackageFolder _package = new();

    public NetworkReaderTests()
    {
        _package.Delete("cvexport.manifest");
        _package.Delete("metadata_properties.json");
        _package.Delete("labels.txt");
    }

    public void Dispose() => _package.Dispose();

    [Fact]
    public void Tags_are_taken_from_the_map_of_a_bare_network_in_the_order_of_its_outputs()
    {
        ModelPackage package = Read(Model(ClassifierEnd("zebra", "ant", "mole")));
        Assert.Equal(["zebra", "ant", "mole"], package.Labels);
        Assert.Equal("the network's ZipMap", package.LabelsFrom);
        Assert.Empty(package.Notes);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_map_of_numbers_counts_the_outputs_and_the_labels_file_says_what_they_are(bool isPacked)
    {
        byte[] model = Model(NumberedEnd(isPacked, 0, 1, 300));
        Assert.Equal(["0", "1", "300"], Read(model).Labels);
        _package.Write("labels.txt", "zero\none\nmany");
        ModelPackage package = Read(model);
        Assert.Equal(["zero", "one", "many"], package.Labels);
        Assert.Equal(["0", "1", "300"], package.NetworkLabels);
        Assert.Empty(package.Notes);
    }

    [Fact]
    public void Tags_are_taken_from_the_constant_behind_classLabel_where_there_is_no_map()
    {
        byte[][] Graph(params byte[][] texts) =>
        [
            Input("data"),
            .. texts,
            Node("ArgMax", ["p"], ["best"]),
            Node("ArrayFeatureExtractor", ["names", "best"], ["classLabel"]),
            Output("classLabel"),
        ];
        Assert.Equal(["a", "b"], Read(Model(Graph(Node("Constant", [], ["names"], TensorOfTexts("value", "a", "b"))))).Labels);
        ModelPackage package = Read(Model(Graph(InitializerOfTexts("names", "c", "d"))));
        Assert.Equal(["c", "d"], package.Labels);
        Assert.Equal("the constant behind the network's classLabel", package.LabelsFrom);
    }

    [Fact]
    public void Texts_that_are_not_behind_classLabel_are_no_tags() =>
        Assert.Contains(
            "names no tags itself",
            Refused(Model([Input("data"), InitializerOfTexts("words", "a", "b"), Node("Relu", ["data"], ["y"]), Output("y")])),
            StringComparison.Ordinal);

    [Fact]
    public void Tags_of_Ultralytics_are_taken_from_its_names()
    {
        byte[][] graph = [Input("images"), Node("Conv", ["images"], ["output0"]), Output("output0")];
        ModelPackage package = Read(Model(graph, Property("stride", "32"), Property("names", """{0: 'scratch', 1: "driver's side"}""")));
        Assert.Equal(["scratch", "driver's side"], package.Labels);
        Assert.Contains("'names' (Ultralytics)", package.LabelsFrom, StringComparison.Ordinal);
        // Anybody may call a property so.
        Refused(Model(graph, Property("names", "{0: 'scratch'}")));
        Refused(Model(graph, Property("stride", "32"), Property("names", "{0: 'a', 2: 'b'}")));
    }

    [Fact]
    public void Where_the_network_and_a_file_disagree_on_tags_the_network_decides_and_the_report_says_so()
    {
        byte[] network = Model(ClassifierEnd("good", "bad"));
        _package.Write("labels.txt", "bad\ngood");
        ModelPackage package = Read(network);
        Assert.Equal(["good", "bad"], package.Labels);
        Assert.Equal(
            "labels.txt and the network disagree on the tags: number 1 is 'bad' there and 'good' in the network. "
            + "The network's own map decides.",
            Assert.Single(package.Notes));
        _package.Write("labels.txt", "good\nbad\nugly");
        Assert.Contains("3 tags there and 2 in the network", Assert.Single(Read(network).Notes), StringComparison.Ordinal);
        _package.Write("labels.txt", "good\nbad");
        Assert.Empty(Read(network).Notes);
        _package.Write("edgeinspector.json", """{"Labels": ["bad", "good"]}""");
        package = Read(network);
        Assert.Equal(["good", "bad"], package.Labels);
        Assert.StartsWith("edgeinspector.json, Labels, and the network disagree", Assert.Single(package.Notes), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("> 10 mm\nR&D")]
    [InlineData("&gt; 10 mm\nR&amp;D")]
    public void Tags_that_the_network_spells_as_a_web_page_would_are_shown_as_people_write_them(string labels)
    {
        _package.Write("labels.txt", labels);
        ModelPackage package = Read(Model(ClassifierEnd("&gt; 10 mm", "R&amp;D")));
        Assert.Equal(["> 10 mm", "R&D"], package.Labels);
        Assert.Equal(["&gt; 10 mm", "R&amp;D"], package.NetworkLabels);
        Assert.Empty(package.Notes);
    }

    [Fact]
    public void Tags_that_only_their_spelling_tells_apart_keep_it() =>
        Assert.Equal(["&gt;", ">"], Read(Model(ClassifierEnd("&gt;", ">"))).Labels);

    [Fact]
    public void Tags_of_a_network_that_are_none_are_refused_with_their_place()
    {
        Assert.Contains(
            "the network's ZipMap, tag 2, repeats the tag 'a' of tag 1", Refused(Model(ClassifierEnd("a", "a"))), StringComparison.Ordinal);
        Assert.Contains("the network's ZipMap, tag 2, is empty", Refused(Model(ClassifierEnd("a", ""))), StringComparison.Ordinal);
    }

    [Fact]
    public void An_anomaly_detector_needs_no_tags()
    {
        byte[] network = Model(
        [
            Input("input"),
            Node("Sigmoid", ["x"], ["anomaly_map"]),
            Node("ReduceMax", ["anomaly_map"], ["pred_score"]),
            Output("pred_score"),
            Output("anomaly_map"),
        ]);
        Assert.Equal(["anomaly"], Read(network).Labels);
    }

    [Fact]
    public void Who_wrote_a_file_and_what_stands_at_its_two_ends_is_read()
    {
        NetworkFacts facts = NetworkReader.Read(
            Model(
                [
                    Input("weights"), Input("x"), Weights("weights"), Node("Shape", ["x"], ["size"]), Node("Mul", ["size"], ["twice"]),
                    Node("Sub", ["x", "mean"], ["a"]), Node("Div", ["a"], ["b"]), Node("Conv", ["b", "weights"], ["c"]),
                    Node("Gemm", ["c"], ["d"]), Node("Reshape", ["d"], ["e"]), Node("Identity", ["e"], ["y"]), Output("y"),
                ],
                Producer("pytorch"), Property("Image.BitmapPixelFormat", "Rgb8")),
            100, out NetworkTags? tags);
        Assert.Null(tags);
        Assert.Equal("pytorch", facts.Producer);
        Assert.Equal("Rgb8", facts.Metadata["Image.BitmapPixelFormat"]);
        Assert.Equal(["Sub", "Div"], facts.FirstOperators);
        Assert.Equal("Gemm", facts.OutputOperators["y"]);
    }

    [Theory]
    [InlineData("Mul", true, "GlobalAveragePool")]
    [InlineData("Div", true, "GlobalAveragePool")]
    [InlineData("Mul", false, "Mul")]
    public void A_constant_factor_behind_the_last_operator_is_passed_over(string kind, bool isConstant, string expected)
    {
        NetworkFacts facts = NetworkReader.Read(
            Model(
            [
                Input("x"), isConstant ? Weights("factor") : Node("Relu", ["x"], ["factor"]), Node("Conv", ["x", "w"], ["a"]),
                Node("GlobalAveragePool", ["a"], ["b"]), Node(kind, ["b", "factor"], ["c"]), Node("Flatten", ["c"], ["y"]), Output("y"),
            ]), 100, out _);
        Assert.Equal(expected, facts.OutputOperators["y"]);
    }

    [Fact]
    public void A_graph_that_leads_in_a_circle_or_nowhere_is_read_to_an_end()
    {
        NetworkFacts facts = NetworkReader.Read(
            Model(
            [
                Input("x"),
                Node("Add", ["x"], ["x"]),
                Node("Identity", ["y"], ["y"]),
                Node("Identity", [], ["z"]),
                Output("y"),
                Output("z"),
                Output("w"),
            ]),
            100,
            out _);
        Assert.InRange(facts.FirstOperators.Count, 1, 20);
        Assert.Equal("Identity", facts.OutputOperators["z"]);
        Assert.DoesNotContain("w", facts.OutputOperators.Keys);
    }

    [Fact]
    public void Whatever_is_done_to_a_network_it_is_read_or_refused_in_time()
    {
        byte[][] networks =
        [
            Model(ClassifierEnd("a", "b&amp;c"), Producer("OnnxMLTools")),
            Model(
                [Input("images"), Node("Conv", ["images"], ["output0"]), Output("output0")],
                Producer("pytorch"),
                Property("stride", "32"),
                Property("names", "{0: 'a', 1: 'b'}")),
            Model(
            [
                InitializerOfTexts("names", "c", "d"),
                Node("ArrayFeatureExtractor", ["names", "best"], ["classLabel"]),
                Output("classLabel"),
            ]),
        ];
        var random = new Random(5);
        int read = 0;
        long start = TimeProvider.System.GetTimestamp();
        for (int i = 0; i < 20_000; i++)
        {
            byte[] spoilt = Mutation.Of(networks[i % networks.Length], random);
            if (OnnxFile.Complaint(spoilt, "model.onnx") is not null)
                continue;
            try
            {
                _ = NetworkReader.Read(spoilt, 100, out NetworkTags? tags);
                Assert.True(tags is null or { Names.Count: > 0 and <= 101 });
                read++;
            }
            catch (PackageRefusedException)
            {
                // What the reader before it does not look into: names of inputs, properties.
            }
        }
        Assert.InRange(read, 1_000, 19_999);
        Assert.True(TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromSeconds(20));
    }

    private ModelPackage Read(byte[] network)
    {
        _package.Write("model.onnx", network);
        ReadOutcome reading = ModelPackageReader.Read(_package.File("model.onnx"));
        Assert.Empty(reading.Problems);
        return reading.Package!;
    }

    private string Refused(byte[] network)
    {
        _package.Write("model.onnx", network);
        ReadOutcome reading = ModelPackageReader.Read(_package.File("model.onnx"));
        Assert.Null(reading.Package);
        return Assert.Single(reading.Problems);
    }
}
