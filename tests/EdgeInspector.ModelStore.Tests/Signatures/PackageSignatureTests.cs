using System.Diagnostics;
using EdgeInspector.ModelStore.Intake;
using EdgeInspector.ModelStore.Packages;
using EdgeInspector.ModelStore.Signatures;
using EdgeInspector.ModelStore.Storage;
using EdgeInspector.ModelStore.Switching;
using EdgeInspector.ModelStore.Tests.Support;

namespace EdgeInspector.ModelStore.Tests.Signatures;

/// <summary>Against the real <c>openssl</c>, as the key ceremony in the documents uses it.</summary>
public sealed class PackageSignatureTests : IDisposable
{
    private static readonly string Hash = new('a', 64);

    private readonly StoreBench _bench = new();
    private readonly string _key, _public;

    public PackageSignatureTests()
    {
        _key = Path.Combine(_bench.Root, "quality.key");
        _public = Path.Combine(_bench.Root, "quality.pub");
        OpenSsl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", _key);
        OpenSsl("ec", "-in", _key, "-pubout", "-out", _public);
    }

    public void Dispose() => _bench.Dispose();

    private static void OpenSsl(params string[] arguments)
    {
        using Process process = Process.Start(
            new ProcessStartInfo("openssl", arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        string said = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, said);
    }

    private string File_(string name, byte[] content)
    {
        string path = Path.Combine(_bench.Root, name);
        File.WriteAllBytes(path, content);
        return path;
    }

    [Fact]
    public void What_openssl_signs_is_accepted()
    {
        string signed = File_("line", PackageSignature.Statement(Hash)), signature = Path.Combine(_bench.Root, "signature.bin");
        OpenSsl("dgst", "-sha256", "-sign", _key, "-out", signature, signed);
        Assert.Null(PackageSignature.Complaint(Hash, Convert.ToBase64String(File.ReadAllBytes(signature)), [_public]));
    }

    [Fact]
    public void What_is_signed_here_openssl_accepts()
    {
        string signed = File_("line", PackageSignature.Statement(Hash));
        string signature = File_("signature.bin", Convert.FromBase64String(PackageSignature.Sign(Hash, _key)));
        OpenSsl("dgst", "-sha256", "-verify", _public, "-signature", signature, signed);
    }

    [Fact]
    public void One_of_several_keys_is_enough_so_that_keys_can_be_changed()
    {
        string other = Path.Combine(_bench.Root, "other.key"), otherPublic = Path.Combine(_bench.Root, "other.pub");
        OpenSsl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", other);
        OpenSsl("ec", "-in", other, "-pubout", "-out", otherPublic);
        string signature = PackageSignature.Sign(Hash, _key);
        Assert.Null(PackageSignature.Complaint(Hash, signature, [otherPublic, _public]));
        Assert.Contains("not by any of the keys", PackageSignature.Complaint(Hash, signature, [otherPublic]), StringComparison.Ordinal);
        Assert.Contains(
            "not by any of the keys", PackageSignature.Complaint(new string('b', 64), signature, [_public]), StringComparison.Ordinal);
    }

    [Fact]
    public void The_name_is_signed_too_and_a_renamed_package_keeps_it()
    {
        string signature = PackageSignature.Sign(Hash, _key, name: "weld-3 Größe");
        Assert.Null(PackageSignature.Complaint(Hash, signature + "\r\n", [_public]));
        var trust = new PackageTrust([_public]);
        Assert.Equal("weld-3 Größe", trust.NameOf(signature + "\n", "renamed"));
        string forged = signature.Replace("weld-3", "weld-4", StringComparison.Ordinal);
        Assert.Contains("not by any of the keys", trust.Complaint(Hash, forged), StringComparison.Ordinal);
        Assert.Contains("not by any of the keys", trust.Complaint(Hash, signature.Split('\n')[0]), StringComparison.Ordinal);
        Assert.Contains("can't be one", trust.Complaint(Hash, signature + "\u202e"), StringComparison.Ordinal);
        Assert.Contains("can't be one", trust.Complaint(Hash, "AAAA\nname:"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_signature_of_an_older_version_counts_and_says_nothing_of_the_name()
    {
        string signature = PackageSignature.Sign(Hash, _key);
        Assert.Null(PackageSignature.Complaint(Hash, signature, [_public]));
        Assert.Equal("as its file", new PackageTrust([_public]).NameOf(signature, "as its file"));
        Assert.Equal("as its file", new PackageTrust([]).NameOf(PackageSignature.Sign(Hash, _key, name: "other"), "as its file"));
    }

    [Theory]
    [InlineData(null, "not signed")]
    [InlineData("  ", "not signed")]
    [InlineData("§§§", "base64")]
    [InlineData("AAAA", "not by any of the keys")]
    [InlineData("", "not signed")]
    public void What_is_no_signature_is_said_so(string? signature, string words) =>
        Assert.Contains(words, PackageSignature.Complaint(Hash, signature, [_public]), StringComparison.Ordinal);

    [Fact]
    public void Keys_that_can_not_be_used_are_named()
    {
        string signature = PackageSignature.Sign(Hash, _key);
        Assert.Contains("nowhere.pub", PackageSignature.Complaint(Hash, signature, ["nowhere.pub"]), StringComparison.Ordinal);
        Assert.Contains(
            "no ECDSA key", PackageSignature.Complaint(Hash, signature, [File_("junk.pub", [1, 2, 3])]), StringComparison.Ordinal);
        string wide = Path.Combine(_bench.Root, "wide.key");
        OpenSsl("ecparam", "-name", "secp384r1", "-genkey", "-noout", "-out", wide);
        Assert.Contains(
            "P-256", Assert.Throws<SignatureException>(() => PackageSignature.Sign(Hash, wide)).Message, StringComparison.Ordinal);
        Assert.Contains(
            "private key", Assert.Throws<SignatureException>(() => PackageSignature.Sign(Hash, _public)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_encrypted_key_signs_with_its_password_and_with_no_other()
    {
        string key = Path.Combine(_bench.Root, "locked.key"), locked = Path.Combine(_bench.Root, "locked.pub");
        OpenSsl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-aes256", "-pass", "pass:secret", "-out", key);
        OpenSsl("ec", "-in", key, "-passin", "pass:secret", "-pubout", "-out", locked);
        Assert.Null(PackageSignature.Complaint(Hash, PackageSignature.Sign(Hash, key, "secret"), [locked]));
        Assert.Contains(
            "password",
            Assert.Throws<SignatureException>(() => PackageSignature.Sign(Hash, key, "guess")).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "EDGEINSPECTOR_KEY_PASSWORD",
            Assert.Throws<SignatureException>(() => PackageSignature.Sign(Hash, key)).Message,
            StringComparison.Ordinal);
        // A password that is not needed does no harm.
        Assert.Null(PackageSignature.Complaint(Hash, PackageSignature.Sign(Hash, _key, "secret"), [_public]));
    }

    [Fact]
    public void Mutated_signatures_are_refused_and_never_crash()
    {
        string signature = PackageSignature.Sign(Hash, _key);
        var random = new Random(4);
        for (int i = 0; i < 500; i++)
        {
            char[] text = signature.ToCharArray();
            text[random.Next(text.Length)] = (char)random.Next(32, 127);
            string mutated = new(text);
            // A few spellings of the last character mean the same bytes.
            if (PackageSignature.Complaint(Hash, mutated, [_public]) is null)
                Assert.Equal(Convert.FromBase64String(signature), Convert.FromBase64String(mutated));
        }
    }

    [Fact]
    public async Task Where_a_key_is_named_only_signed_packages_run_and_the_signature_travels_beside_or_inside()
    {
        string a = _bench.Package("a"), b = _bench.Package("b"), c = _bench.Package("c");
        File.WriteAllText(a + ".sig", PackageSignature.Sign(ModelPackageReader.Read(a).Package!.Hash, _key));
        await using var bench = new ModelBench(_bench, a, trust: new PackageTrust([_public]));
        async Task<SwitchOutcome> Take(string package) => (await bench.Desk.TakeAsync(
            null, new Arrival(package, "inbox"), AfterImport.ActivateOrShadow, false, TestContext.Current.CancellationToken)).Outcome;

        Assert.Contains("not signed", Assert.Single((await Take(b)).Problems), StringComparison.Ordinal);
        // The signature of another package.
        File.Copy(a + ".sig", b + ".sig");
        Assert.Contains("not by any of the keys", Assert.Single((await Take(b)).Problems), StringComparison.Ordinal);
        Assert.Equal("a", bench.Models.Running.Name);

        // One of the store, of a time when nobody asked for signatures.
        StoredPackage old = StoreBench.Add(bench.Store, _bench.Package("old"));
        Assert.Contains(
            "not signed",
            Assert.Single(
                (await bench.Desk.ActivateAsync(
                    null, old.Hash, new ModelOrigin("mqtt"), false, TestContext.Current.CancellationToken)).Problems),
            StringComparison.Ordinal);

        File.WriteAllText(Path.Combine(c, "signature"), PackageSignature.Sign(ModelPackageReader.Read(c).Package!.Hash, _key));
        Assert.True((await Take(c)).IsDone);
        Assert.Equal("c", bench.Models.Running.Name);
    }
}
