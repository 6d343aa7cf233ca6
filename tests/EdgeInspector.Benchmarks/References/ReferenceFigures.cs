using System.Globalization;
using EdgeInspector.Capture;
using EdgeInspector.Inference;
using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Pictures;
using EdgeInspector.Inspection.Predictions;
using EdgeInspector.Inspection.References;
using EdgeInspector.Inspection.Rules;
using EdgeInspector.Inspection.Verdicts;
using EdgeInspector.ModelStore.Packages;
using EdgeInspector.SimulatedLine;
using Microsoft.Extensions.Logging.Abstractions;
using OpenCvSharp;

namespace EdgeInspector.Benchmarks.References;

/// <summary>
/// What the picture gate lets through with and without a reference: bad pictures that pass, ordinary parts that get none,
/// and whether drift is told before a bad part passes because of it. With both shipped models.
/// </summary>
internal static class ReferenceFigures
{
    // Lines that neither training nor any other judging has seen; parts are learnt from the first and judged from the others.
    private const int LearnSeed = 31_001, BadSeed = 31_002, DriftSeed = 31_003, OrdinarySeed = 32_000, SetSeed = 33_000;
    private const int Fading = 500, Learnt = 50, Bad = 2004;
    private static readonly string[] Models = ["part-classifier", "part-detector"];

    public static int Run(string[] args)
    {
        int ordinary = args is [{ } first, ..] && int.TryParse(first, CultureInfo.InvariantCulture, out int given) ? given : 2000;
        using var scene = new Scene();
        Reference reference = Learn(scene);
        Console.WriteLine(ReferenceText.Of(reference, new ReferenceOptions()));
        if (args is ["unseen", ..])
        {
            Unseen(scene);
            return 0;
        }
        if (args is ["sets", ..])
        {
            Sets(scene);
            return 0;
        }
        Judge[] judges = [.. Models.Select(name => new Judge(name))];
        Ordinary(scene, reference, ordinary);
        BadOnes(scene, reference, judges);
        Drift(scene, reference, judges, "lamp fades to a fifth", (picture, i) => picture.ConvertTo(picture, -1, 1 - 0.8 * i / Fading));
        Drift(scene, reference, judges, "lens out of focus by 6 pixels", (picture, i) => BadPictures.Blur(picture, 6.0 * i / Fading));
        Drift(scene, reference, judges, "camera pushed by 40 pixels after 100 parts", (picture, i) =>
            BadPictures.Push(picture, i < 100 ? 0 : 40));
        foreach (Judge judge in judges)
            judge.Dispose();
        return 0;
    }

    private static LearnOrigin Origin => new("figures", null, "camera", null, null, DateTimeOffset.UnixEpoch);

    private static Reference Learn(Scene scene) => GoodOnes(scene, LearnSeed, Learnt).Learn(Origin).Reference!;

    private static VouchedPictures GoodOnes(Scene scene, int seed, int parts)
    {
        var line = new PartLine(seed);
        var seen = new VouchedPictures(new PictureOptions());
        for (long i = 0; seen.Count < parts; i++)
        {
            SimulatedPart part = line.Part(i);
            if (part.IsGood)
                seen.Add(part.Id, scene.Show(part));
        }
        return seen;
    }

    /// <summary>How many good parts of ordinary sets are left out, and what one bad picture among them does to the limits.</summary>
    private static void Sets(Scene scene)
    {
        foreach ((int parts, int sets) in new[] { (10, 40), (20, 20), (50, 8), (200, 4) })
        {
            int lost = 0, without = 0;
            var why = new List<string>();
            for (int set = 0; set < sets; set++)
            {
                LearnOutcome outcome = GoodOnes(scene, SetSeed + set, parts).Learn(Origin);
                without += outcome.Reference is null ? 1 : 0;
                lost += outcome.LeftOut.Count;
                why.AddRange(outcome.LeftOut.Select(one => $"{one.Part}: {one.Why}"));
            }
            Console.WriteLine(Text(
                $"{sets} sets of {parts} good parts: {lost} parts left out, {without} sets without a reference. {string.Join("; ", why)}"));
        }
        (string What, Action<Mat> Disturb)[] bad =
        [
            ("nothing", _ => { }),
            ("blurred by 3 pixels", picture => BadPictures.Blur(picture, 3)),
            ("lamp at 60 %", picture => picture.ConvertTo(picture, -1, 0.6)),
            ("pushed by 80 pixels", picture => BadPictures.Push(picture, 80)),
        ];
        foreach ((string what, Action<Mat> disturb) in bad)
        {
            VouchedPictures seen = GoodOnes(scene, LearnSeed, 60);
            seen.Add("bad", scene.Show(new PartLine(BadSeed).Part(0), disturb));
            LearnOutcome outcome = seen.Learn(Origin);
            Console.WriteLine($"one of 61 {what}, left out: {string.Join("; ", outcome.LeftOut.Select(one => $"{one.Part}: {one.Why}"))}");
            Console.WriteLine(outcome.Reference is { } reference ? ReferenceText.Of(reference, new ReferenceOptions()) : outcome.Problem);
        }
    }

    /// <summary>What a reference does not see: how many pictures it lets through, and how much of them is different.</summary>
    private static void Unseen(Scene scene)
    {
        (string What, Action<Mat> Disturb)[] disturbances =
        [
            ("mirrored top to bottom", picture => Cv2.Flip(picture, picture, FlipMode.X)),
            ("blurred by 15 rows", picture => Cv2.Blur(picture, picture, new Size(1, 15))),
            ("a blurred drop of a tenth of the width", Drop),
            ("red and blue swapped", picture => Cv2.CvtColor(picture, picture, ColorConversionCodes.BGR2RGB)),
        ];
        var gate = new PictureGate(new PictureOptions());
        var check = new ReferenceCheck(Learn(scene), new ReferenceOptions());
        foreach ((string what, Action<Mat> disturb) in disturbances)
        {
            int let = 0;
            var different = new List<double>();
            for (int i = 0; i < 40; i++)
            {
                let += gate.Refuse(scene.Show(new PartLine(BadSeed).Part(i), disturb), check, out _) is null ? 1 : 0;
                different.Add(gate.Measures?.Different ?? 1);
            }
            Console.WriteLine(
                Text($"{what}: {let} of 40 let through, {100 * different.Min():0.0} to {100 * different.Max():0.0} % different"));
        }
    }

    private static void Drop(Mat picture)
    {
        int side = picture.Width / 10;
        using Mat part = picture[new Rect((picture.Width - side) / 2, (picture.Height - side) / 2, side, side)];
        using var blurred = new Mat();
        Cv2.GaussianBlur(part, blurred, new Size(0, 0), 6);
        blurred.CopyTo(part);
    }

    private static void Ordinary(Scene scene, Reference reference, int parts)
    {
        var gate = new PictureGate(new PictureOptions());
        var check = new ReferenceCheck(reference, new ReferenceOptions());
        int good = 0, without = 0, with = 0;
        double different = 0;
        for (int i = 0; i < parts; i++)
        {
            SimulatedPart part = new PartLine(OrdinarySeed + i % 10).Part(i);
            good += part.IsGood ? 1 : 0;
            Frame frame = scene.Show(part);
            without += gate.Refuse(frame, out _) is null ? 0 : 1;
            if (gate.Refuse(frame, check, out _) is { } refused)
            {
                with++;
                Console.WriteLine(Text($"  {part.Id} {part.Tag}: {refused}"));
            }
            different = Math.Max(different, gate.Measures?.Different ?? 0);
        }
        Console.WriteLine(Text($"{parts} ordinary parts ({good} good, {parts - good} bad) of ten other lines: ")
            + Text($"none because of the picture {without} without, {with} with a reference ({100.0 * with / parts:0.00} %); ")
            + Text($"at most {100 * different:0.00} % different"));
    }

    private static void BadOnes(Scene scene, Reference reference, Judge[] judges)
    {
        var gate = new PictureGate(new PictureOptions());
        var check = new ReferenceCheck(reference, new ReferenceOptions());
        int each = Bad / BadPictures.All.Count;
        Console.WriteLine(Text(
            $"pass of {each} pictures each: {string.Join(", ", judges.Select(judge => $"{judge.Name} without a reference, with one"))}"));
        int[] totals = new int[2 * judges.Length];
        foreach ((string name, Action<Mat, PartRenderer, int> make) in BadPictures.All)
        {
            int[] passed = new int[2 * judges.Length];
            for (int i = 0; i < each; i++)
            {
                Frame frame = scene.Show(new PartLine(BadSeed).Part(i), picture => make(picture, scene.Renderer, i));
                bool without = gate.Refuse(frame, out _) is null, with = gate.Refuse(frame, check, out _) is null;
                for (int j = 0; without && j < judges.Length; j++)
                {
                    if (!judges[j].Passes(frame))
                        continue;
                    passed[2 * j]++;
                    passed[2 * j + 1] += with ? 1 : 0;
                }
            }
            for (int j = 0; j < totals.Length; j++)
                totals[j] += passed[j];
            Console.WriteLine(
                Text($"  {name,-22} {string.Join("  ", passed.Select(count => count.ToString(CultureInfo.InvariantCulture).PadLeft(4)))}"));
        }
        Console.WriteLine(Text(
            $"  {"together",-22} {string.Join("  ", totals.Select(count => count.ToString(CultureInfo.InvariantCulture).PadLeft(4)))}"));
    }

    private static void Drift(Scene scene, Reference reference, Judge[] judges, string what, Action<Mat, int> disturb)
    {
        var gate = new PictureGate(new PictureOptions());
        var check = new ReferenceCheck(reference, new ReferenceOptions());
        int alarm = -1, none = -1, nones = 0;
        string sentence = "";
        int[] first = [.. judges.Select(_ => -1)], wrong = new int[judges.Length], before = new int[judges.Length];
        for (int i = 0; i < Fading; i++)
        {
            SimulatedPart part = new PartLine(DriftSeed).Part(i);
            Frame frame = scene.Show(part, picture => disturb(picture, i));
            bool refused = gate.Refuse(frame, check, out _) is not null;
            nones += refused ? 1 : 0;
            none = refused && none < 0 ? i : none;
            if (gate.Measures is { } measures && measures.Different <= check.Limits.Different)
                check.Drift.Take(measures, i / 3600.0);
            if (check.Drift.IsAlarm && alarm < 0)
                (alarm, sentence) = (i, string.Join(' ', check.Drift.Sentences()));
            if (part.IsGood || refused)
                continue;
            for (int j = 0; j < judges.Length; j++)
            {
                // Wrong because of the picture: undisturbed, the same part does not pass.
                if (!judges[j].Passes(frame) || judges[j].Passes(scene.Show(part)))
                    continue;
                wrong[j]++;
                before[j] += alarm < 0 ? 1 : 0;
                first[j] = first[j] < 0 ? i : first[j];
                scene.Show(part, picture => disturb(picture, i));
            }
        }
        Console.WriteLine(Text($"{what}: alarm at part {alarm}, first none at {none}, {nones} of {Fading} none"));
        Console.WriteLine($"  {sentence}");
        for (int j = 0; j < judges.Length; j++)
        {
            Console.WriteLine(Text($"  {judges[j].Name}: {wrong[j]} bad parts passed because of it, ")
                + Text($"{before[j]} before the alarm, the first at part {first[j]}"));
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>Shows pictures of the simulated line, one at a time.</summary>
    private sealed class Scene : IDisposable
    {
        private readonly FramePool _pool = new();
        private readonly Mat _picture = new();
        private Frame? _shown;

        public PartRenderer Renderer { get; } = new();

        /// <summary>The picture of a part, disturbed or not; valid until the next one.</summary>
        public Frame Show(SimulatedPart part, Action<Mat>? disturb = null)
        {
            Renderer.Render(part, _picture);
            disturb?.Invoke(_picture);
            _shown?.Release();
            _shown = _pool.Rent(_picture.Width, _picture.Height);
            FramePixels.Copy(_picture, _shown);
            return _shown;
        }

        public void Dispose()
        {
            _shown?.Release();
            _picture.Dispose();
            Renderer.Dispose();
            _pool.Dispose();
        }
    }

    /// <summary>A shipped model with the rules of the settings' defaults.</summary>
    private sealed class Judge : IDisposable
    {
        private readonly OnnxGeneration _generation;
        private readonly RuleSet _rules;
        private readonly List<Prediction> _predictions = [];

        public Judge(string name)
        {
            Name = name;
            ModelPackage package = ModelPackageReader.Read(Path.Combine(AppContext.BaseDirectory, "models", name)).Package!;
            _generation = GenerationLoader.Load(
                package, new InferenceOptions(), new PreprocessingOptions(), NullLogger.Instance).Generation!;
            _rules = RuleSet.Create(new RuleOptions(), _generation.Model, out _)!;
        }

        public string Name { get; }

        public bool Passes(Frame frame) =>
            PageRules.Judge(_generation, _rules, frame, _predictions, null, out _, out _).Kind == VerdictKind.Pass;

        public void Dispose() => _generation.Dispose();
    }
}
