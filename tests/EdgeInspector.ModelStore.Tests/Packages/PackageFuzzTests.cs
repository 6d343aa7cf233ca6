using EdgeInspector.ModelStore.Packages;

namespace EdgeInspector.ModelStore.Tests.Packages;

/// <summary>Whatever is done to a package's bytes, reading it gives a package or problems, never an exception.</summary>
public sealed class PackageFuzzTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_mutated_zip_is_read_or_refused(int seed)
    {
        using var package = new PackageFolder();
        string zip = package.Zip();
        byte[] original = File.ReadAllBytes(zip);
        var random = new Random(seed);
        for (int round = 0; round < 400; round++)
        {
            File.WriteAllBytes(zip, Mutation.Of(original, random));
            AssertOutcome(ModelPackageReader.Read(zip));
        }
    }

    [Theory]
    [InlineData("cvexport.manifest")]
    [InlineData("metadata_properties.json")]
    [InlineData("labels.txt")]
    public void A_mutated_text_is_read_or_refused(string file)
    {
        using var package = new PackageFolder();
        byte[] original = File.ReadAllBytes(package.File(file));
        var random = new Random(11);
        for (int round = 0; round < 400; round++)
        {
            package.Write(file, Mutation.Of(original, random));
            AssertOutcome(ModelPackageReader.Read(package.Folder));
        }
    }

    private static void AssertOutcome(ReadOutcome reading)
    {
        Assert.True(reading.Package is not null ^ reading.Problems.Count > 0);
        Assert.All(reading.Problems, problem => Assert.DoesNotContain("   at ", problem, StringComparison.Ordinal));
        if (reading.Package is { } package)
        {
            Assert.NotEmpty(package.Labels);
            Assert.Equal(package.Labels.Count, package.Labels.Distinct(StringComparer.Ordinal).Count());
        }
    }
}
