using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Text.Json.Nodes;
using EdgeInspector.Inference;
using EdgeInspector.ModelStore.Packages;
using EdgeInspector.ModelStore.Signatures;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeInspector.ModelStore.Tests.Packages;

/// <summary>The long run behind <c>tests/fuzz.sh</c>; runs only when asked for by name.</summary>
public sealed class LongFuzzTests
{
    private const double SlowestAllowed = 2_000;
    private const long MostMemory = 500L << 20;

    // What ONNX Runtime itself makes of what was let through: a share, since each takes as long as a hundred readings.
    private const int LoadOneIn = 50;

    // The other half is made from the small packages of the tests, which have the formats that the shipped ones do not.
    private const int ShippedOneIn = 2;

    private static readonly string[] Names =
        ["models/part-classifier", "models/part-detector", "packages/quick", "packages/grid-centre-square", "packages/label-and-map"];

    private enum Part
    {
        Zip, Manifest, Metadata, Labels, NetworkHeader, Network, Signature,
    }

    [Fact(Explicit = true)]
    public void Whatever_is_done_to_a_package_it_is_read_or_refused_in_time_and_within_memory()
    {
        int count = Number("FUZZ_COUNT", 100_000), seed = Number("FUZZ_SEED", 1);
        using var folder = new TemporaryFolder();
        Base[] bases = [.. Names.Select(name => new Base(Path.Combine(AppContext.BaseDirectory, name)))];
        var random = new Random(seed);
        var counts = new SortedDictionary<Part, (int Read, int Refused)>();
        int loaded = 0, notLoaded = 0, handed = 0;
        double slowest = 0, slowestLoad = 0;
        string slowestWas = "";
        for (int i = 0; i < count; i++)
        {
            Base one = random.Next(ShippedOneIn) == 0 ? bases[random.Next(2)] : bases[2 + random.Next(bases.Length - 2)];
            var part = (Part)random.Next(7);
            if (i > 0 && i % 10_000 == 0)
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{i} inputs, slowest {slowest:0} ms"));
            string path = one.Write(folder.Path, part, random);
            long start = Stopwatch.GetTimestamp();
            ReadOutcome reading = ModelPackageReader.Read(path);
            _ = PackageSignature.Complaint(reading.Package?.Hash ?? "", reading.Signature, ["nowhere.pub"]);
            double took = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            Assert.True(reading.Package is not null ^ reading.Problems.Count > 0, $"input {i}, {part}");
            (int read, int refused) = counts.GetValueOrDefault(part);
            counts[part] = reading.Package is null ? (read, refused + 1) : (read + 1, refused);
            if (took > slowest)
                (slowest, slowestWas) = (took, $"input {i}, {part}");
            if (reading.Package is { } package && handed++ % LoadOneIn == 0)
            {
                start = Stopwatch.GetTimestamp();
                LoadOutcome outcome = GenerationLoader.Load(
                    package, new InferenceOptions { Threads = 1, WarmUpRuns = 1 }, new PreprocessingOptions(), NullLogger.Instance);
                outcome.Generation?.Dispose();
                if (outcome.Generation is null)
                    notLoaded++;
                else
                    loaded++;
                slowestLoad = Math.Max(slowestLoad, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }
            if (Directory.Exists(path))
                Directory.Delete(path, true);
            else
                File.Delete(path);
        }
        using var me = Process.GetCurrentProcess();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count} inputs, seed {seed}"));
        foreach ((Part part, (int read, int refused)) in counts)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{part,-14}{read,8} read{refused,8} refused"));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"slowest reading {slowest:0} ms ({slowestWas}); peak memory {me.PeakWorkingSet64 >> 20} MiB"));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"one in {LoadOneIn} given to ONNX Runtime: {loaded} ran, {notLoaded} refused, slowest {slowestLoad:0} ms"));
        Assert.True(slowest < SlowestAllowed, $"{slowestWas} took {slowest:0} ms");
        Assert.True(me.PeakWorkingSet64 < MostMemory, $"{me.PeakWorkingSet64 >> 20} MiB");
    }

    private static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), out int number) ? number : otherwise;

    /// <summary>A package in memory, to be spoilt again and again.</summary>
    private sealed class Base
    {
        private const int Header = 400;

        private readonly Dictionary<string, byte[]> _files;
        private readonly byte[] _zip;

        public Base(string folder)
        {
            _files = Directory.EnumerateFiles(folder)
                .ToDictionary(file => Path.GetFileName(file), File.ReadAllBytes, StringComparer.Ordinal);
            // Without its check sum, so that a spoilt network is not refused for that alone.
            JsonObject manifest = JsonNode.Parse(_files["cvexport.manifest"])!.AsObject();
            manifest.Remove("ModelFileSHA1");
            _files["cvexport.manifest"] = System.Text.Encoding.UTF8.GetBytes(manifest.ToJsonString());
            using var memory = new MemoryStream();
            using (var zip = new ZipArchive(memory, ZipArchiveMode.Create, leaveOpen: true))
            {
                foreach ((string name, byte[] content) in _files)
                {
                    using Stream entry = zip.CreateEntry(name, CompressionLevel.Fastest).Open();
                    entry.Write(content);
                }
            }
            _zip = memory.ToArray();
        }

        public string Write(string folder, Part part, Random random)
        {
            if (part == Part.Zip)
            {
                string zip = Path.Combine(folder, "x.zip");
                File.WriteAllBytes(zip, Mutation.Of(_zip, random));
                return zip;
            }
            string package = Path.Combine(folder, "x");
            Directory.CreateDirectory(package);
            string spoilt = part switch
            {
                Part.Manifest => "cvexport.manifest",
                Part.Metadata => "metadata_properties.json",
                Part.Labels => "labels.txt",
                Part.Signature => "signature",
                _ => "model.onnx",
            };
            foreach ((string name, byte[] content) in _files)
                File.WriteAllBytes(
                    Path.Combine(package, name),
                    name != spoilt ? content : part == Part.NetworkHeader ? HeaderOf(content, random) : Mutation.Of(content, random));
            if (part == Part.Signature)
                File.WriteAllBytes(
                    Path.Combine(package, spoilt),
                    Mutation.Of("MEUCIQDx0mN3y0b2n5h7T6b1Ju1Z5lC0vE8d9mXwQk7vYb9z2wIgR1"u8.ToArray(), random));
            return package;
        }

        private static byte[] HeaderOf(byte[] content, Random random)
        {
            int header = Math.Min(Header, content.Length);
            return [.. Mutation.Of(content[..header], random), .. content[header..]];
        }
    }
}
