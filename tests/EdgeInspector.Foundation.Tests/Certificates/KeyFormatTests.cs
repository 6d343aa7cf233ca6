using System.Diagnostics;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using EdgeInspector.Foundation.Certificates;

namespace EdgeInspector.Foundation.Tests.Certificates;

/// <summary>
/// Keys and certificates as the openssl of this machine writes them: each is read, or its format is named with the line that converts it.
/// </summary>
public sealed class KeyFormatTests : IDisposable
{
    private const string Password = "open sesame";
    private const string Rsa = "req -x509 -newkey rsa:2048 -nodes -keyout key -out cert -subj /CN=agent -days 9";
    private const string Ec = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key -out cert -subj /CN=agent -days 9";
    private const string Ed25519 = "req -x509 -newkey ed25519 -nodes -keyout key -out cert -subj /CN=agent -days 9";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(Rsa, "rsa -in key -traditional -out new")]
    [InlineData(Rsa, "rsa -in key -traditional -outform der -out new")]
    [InlineData(Rsa, "pkcs8 -topk8 -nocrypt -in key -out new")]
    [InlineData(Rsa, "pkcs8 -topk8 -nocrypt -in key -outform der -out new")]
    [InlineData(Rsa, "pkcs8 -topk8 -in key -passout file:password -out new")]
    [InlineData(Rsa, "pkcs8 -topk8 -in key -passout file:password -outform der -out new")]
    [InlineData(Rsa, "pkcs8 -topk8 -in key -passout file:password -v2 aes-128-cbc -v2prf hmacWithSHA512 -out new")]
    [InlineData(Rsa, "pkcs8 -topk8 -in key -passout file:password -v2 des3 -out new")]
    [InlineData(Rsa, "pkcs8 -topk8 -in key -passout file:password -v1 PBE-SHA1-3DES -out new")]
    [InlineData(Rsa, "pkcs8 -topk8 -in key -passout file:password -v1 PBE-SHA1-RC2-40 -provider legacy -provider default -out new")]
    [InlineData(Ec, "ec -in key -out new")]
    [InlineData(Ec, "ec -in key -outform der -out new")]
    [InlineData(Ec, "pkcs8 -topk8 -in key -passout file:password -out new")]
    [InlineData(Ec, "pkcs8 -topk8 -nocrypt -in key -outform der -out new")]
    public void A_key_that_openssl_writes_is_read_and_a_password_that_it_does_not_need_is_no_fault(string make, string write)
    {
        OpenSsl(make);
        OpenSsl(write);
        using ClientIdentity identity = ClientIdentity.Read(At("cert"), At("new"), Password, "Tls:Client");
        Assert.True(identity.Certificate.HasPrivateKey);
        Assert.Equal("CN=agent", identity.Certificate.Subject);
    }

    [Theory]
    [InlineData(Rsa, "pkcs12 -export -inkey key -in cert -out new -passout file:password")]
    [InlineData(Rsa, "pkcs12 -export -legacy -inkey key -in cert -out new -passout file:password")]
    [InlineData(Rsa, "pkcs12 -export -inkey key -in cert -out new -passout file:password -nomac")]
    [InlineData(Rsa, "pkcs12 -export -inkey key -in cert -out new -passout file:password -iter 600000")]
    [InlineData(Rsa, "pkcs12 -export -inkey key -in cert -out new -passout pass:")]
    [InlineData(Ec, "pkcs12 -export -inkey key -in cert -out new -passout file:password")]
    [InlineData(Ec, "pkcs12 -export -inkey key -in cert -out new -passout pass: -nomac -keypbe NONE -certpbe NONE")]
    public void A_store_that_openssl_writes_is_read_whatever_it_is_called(string make, string write)
    {
        OpenSsl(make);
        OpenSsl(write);
        using ClientIdentity identity = ClientIdentity.Read(At("new"), null, Password, "Tls:Client");
        Assert.True(identity.Certificate.HasPrivateKey);
    }

    [Theory]
    [InlineData(
        Rsa, "rsa -in key -traditional -aes128 -passout file:password -out new", "Proc-Type: 4,ENCRYPTED", "openssl pkcs8 -topk8 -in")]
    [InlineData(Ec, "ec -in key -aes256 -passout file:password -out new", "Proc-Type: 4,ENCRYPTED", "openssl pkcs8 -topk8 -in")]
    [InlineData(Rsa, "pkcs8 -topk8 -in key -passout file:password -scrypt -out new", "encrypted by scrypt", "openssl pkcs8 -topk8 -in")]
    [InlineData(
        Rsa,
        "pkcs8 -topk8 -in key -passout file:password -v2 camellia256 -outform der -out new",
        "encrypted by camellia",
        "openssl pkcs8 -topk8 -inform der -in")]
    [InlineData(
        Ec, "ec -in key -param_enc explicit -out new", "its curve written out instead of named (explicit parameters)", "openssl ec -in",
        false)]
    [InlineData(Ec, "ec -in key -param_enc explicit -outform der -out new", "its curve written out", "openssl ec -inform der -in", false)]
    [InlineData(
        Ec, "ec -in key -param_enc explicit -out full && pkcs8 -topk8 -nocrypt -in full -out new", "its curve written out",
        "openssl ec -in", false)]
    [InlineData(
        Ec,
        "ec -in key -param_enc explicit -out full && pkcs8 -topk8 -in full -passout file:password -out new",
        "its curve written out",
        "openssl ec -in")]
    public void A_key_that_can_not_be_read_is_named_by_its_format_and_the_line_given_converts_it(
        string make, string write, string format, string line, bool isEncrypted = true)
    {
        OpenSsl(make);
        foreach (string step in write.Split(" && "))
            OpenSsl(step);
        string said = Fault(At("cert"), At("new"));
        Assert.Contains(format, said, StringComparison.Ordinal);
        Assert.Contains(At("new"), said, StringComparison.Ordinal);
        Assert.Contains(line, said, StringComparison.Ordinal);
        Assert.DoesNotContain(Password, said, StringComparison.Ordinal);

        string command = said[(said.IndexOf("Convert it: openssl ", StringComparison.Ordinal) + "Convert it: openssl ".Length)..]
            .TrimEnd('.')
            .Replace("new.key", At("converted"), StringComparison.Ordinal);
        OpenSsl(isEncrypted ? $"{command} -passin file:password -passout file:password" : command);
        using ClientIdentity identity = ClientIdentity.Read(At("cert"), At("converted"), Password, "Tls:Client");
        Assert.True(identity.Certificate.HasPrivateKey);
    }

    [Theory]
    [InlineData("prime256v1")]
    [InlineData("secp384r1")]
    public void A_certificate_that_was_issued_for_a_key_with_explicit_parameters_is_to_be_issued_anew(string curve)
    {
        OpenSsl($"ecparam -name {curve} -param_enc explicit -genkey -out key");
        OpenSsl("req -x509 -key key -out cert -subj /CN=agent -days 9");
        Assert.Contains("openssl ec -in", Fault(At("cert"), At("key")), StringComparison.Ordinal);
        OpenSsl("ec -in key -param_enc named_curve -out named");
        string said = Fault(At("cert"), At("named"));
        Assert.Contains("The certificate \"CN=agent\" in", said, StringComparison.Ordinal);
        Assert.Contains("explicit parameters", said, StringComparison.Ordinal);
        Assert.Contains("openssl req -new -key new.key", said, StringComparison.Ordinal);
        OpenSsl("req -x509 -key named -out cert -subj /CN=agent -days 9");
        using ClientIdentity identity = ClientIdentity.Read(At("cert"), At("named"), null, "Tls:Client");
        Assert.Null(KeyCurve.Uncommon(identity.Certificate));

        OpenSsl("req -x509 -key key -out cert -subj /CN=agent -days 9");
        OpenSsl("pkcs12 -export -inkey key -in cert -out store -passout file:password");
        Assert.Contains("explicit parameters", Fault(At("store"), null), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("secp256k1", "secp256k1")]
    [InlineData("brainpoolP256r1", "brainpoolP256r1")]
    [InlineData("prime256v1", null)]
    [InlineData("secp384r1", null)]
    [InlineData("secp521r1", null)]
    public void Curves_that_are_not_common_in_TLS_are_known(string curve, string? name)
    {
        OpenSsl($"req -x509 -newkey ec -pkeyopt ec_paramgen_curve:{curve} -nodes -keyout key -out cert -subj /CN=agent -days 9");
        using ClientIdentity identity = ClientIdentity.Read(At("cert"), At("key"), null, "Tls:Client");
        Assert.Equal(name, KeyCurve.Uncommon(identity.Certificate));
    }

    [Theory]
    [InlineData("pkcs8 -topk8 -nocrypt -in key -out new", "Ed25519")]
    [InlineData("pkcs8 -topk8 -in key -passout file:password -out new", "neither RSA nor EC")]
    public void A_key_of_a_kind_that_can_not_be_used_says_what_to_ask_for(string write, string words)
    {
        OpenSsl(Ed25519);
        OpenSsl(write);
        Assert.Contains(words, Fault(At("cert"), At("new")), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_certificate_or_no_key_is_told_apart()
    {
        OpenSsl(Rsa);
        OpenSsl("req -newkey rsa:2048 -nodes -keyout other -out request -subj /CN=agent");
        OpenSsl("crl2pkcs7 -nocrl -certfile cert -out bundle");
        OpenSsl("crl2pkcs7 -nocrl -certfile cert -outform der -out bundle.der");
        OpenSsl("pkcs8 -topk8 -in key -passout file:password -out locked");
        OpenSsl("pkcs12 -export -inkey key -in cert -out store -passout file:password");
        File.WriteAllText(At("cut"), File.ReadAllText(At("cert"))[..600]);
        Assert.Contains("does not belong to the certificate", Fault(At("cert"), At("other")), StringComparison.Ordinal);
        Assert.Contains("a request for one (CSR)", Fault(At("request"), At("key")), StringComparison.Ordinal);
        Assert.Contains("holds no certificate, but a key", Fault(At("key"), null), StringComparison.Ordinal);
        Assert.Contains("holds no private key", Fault(At("cert"), At("cert")), StringComparison.Ordinal);
        Assert.Contains("holds no private key. Set Tls:ClientKeyFile", Fault(At("cert"), null), StringComparison.Ordinal);
        Assert.Contains("openssl pkcs7 -print_certs", Fault(At("bundle"), At("key")), StringComparison.Ordinal);
        Assert.Contains("openssl pkcs7 -inform der -print_certs", Fault(At("bundle.der"), At("key")), StringComparison.Ordinal);
        Assert.Contains("ends too early", Fault(At("cut"), At("key")), StringComparison.Ordinal);
        Assert.Contains(
            "is encrypted. Give its password: Tls:ClientKeyPasswordFile", Fault(At("cert"), At("locked"), null), StringComparison.Ordinal);
        Assert.Contains("does not open with the password given", Fault(At("cert"), At("locked"), "guess"), StringComparison.Ordinal);
        Assert.Contains("does not open without a password", Fault(At("store"), null, null), StringComparison.Ordinal);
        Assert.Contains("does not open with the password given", Fault(At("store"), null, "guess"), StringComparison.Ordinal);
        Assert.Contains("there is no file", Fault(At("absent"), null), StringComparison.Ordinal);
        Assert.Contains("is a folder", Fault(_folder.Path, null), StringComparison.Ordinal);
    }

    [Fact]
    public void Certificates_are_read_in_every_form()
    {
        OpenSsl(Rsa);
        OpenSsl("x509 -in cert -outform der -out der");
        OpenSsl("x509 -in cert -trustout -out trusted");
        OpenSsl("x509 -in cert -text -out text");
        OpenSsl("pkcs12 -export -nokeys -in cert -out store -passout pass:");
        File.WriteAllText(At("utf16"), File.ReadAllText(At("cert")).Replace("\n", "\r\n", StringComparison.Ordinal), Encoding.Unicode);
        foreach (string form in new[] { "cert", "der", "trusted", "text", "store", "utf16" })
        {
            X509Certificate2Collection read = CertificateFile.Read(At(form), "CaFile");
            Assert.Equal("CN=agent", Assert.Single(read).Subject);
        }
    }

    /// <summary>Files from outside: whatever stands in them, the fault is one that people can read.</summary>
    [Fact]
    public void Damaged_files_are_refused_in_words()
    {
        OpenSsl(Ec);
        OpenSsl("pkcs12 -export -inkey key -in cert -out store -passout file:password");
        OpenSsl("x509 -in cert -outform der -out der");
        OpenSsl("pkcs8 -topk8 -in key -passout file:password -outform der -out locked");
        var random = new Random(7);
        foreach (string source in new[] { "cert", "key", "store", "der", "locked" })
        {
            byte[] whole = File.ReadAllBytes(At(source));
            for (int round = 0; round < 60; round++)
            {
                byte[] bytes = round % 3 == 0 ? whole[..random.Next(whole.Length)] : [.. whole];
                for (int change = 0; change < 1 + (round % 5) && bytes.Length > 0; change++)
                    bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                File.WriteAllBytes(At("damaged"), bytes);
                Try(() => ClientIdentity.Read(At("damaged"), null, Password, "Tls:Client").Dispose());
                Try(() => ClientIdentity.Read(At("cert"), At("damaged"), Password, "Tls:Client").Dispose());
                Try(() => CertificateFile.Read(At("damaged"), "CaFile"));
            }
        }

        static void Try(Action read)
        {
            try
            {
                read();
            }
            catch (CertificateFileException fault)
            {
                Assert.NotEmpty(fault.Message);
            }
        }
    }

    private static string Fault(string file, string? keyFile, string? password = Password) =>
        Assert.Throws<CertificateFileException>(() => ClientIdentity.Read(file, keyFile, password, "Tls:Client")).Message;

    private string At(string file) => _folder[file];

    private void OpenSsl(string arguments)
    {
        // A second time for what is written where both passwords are asked for.
        File.WriteAllText(At("password"), $"{Password}\n{Password}\n");
        var start = new ProcessStartInfo("openssl", arguments.Split(' '))
        {
            WorkingDirectory = _folder.Path,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        try
        {
            using Process process = Process.Start(start)!;
            process.StandardOutput.ReadToEnd();
            string said = process.StandardError.ReadToEnd();
            process.WaitForExit();
            Assert.True(process.ExitCode == 0, $"openssl {arguments}: {said}");
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("openssl is not installed.");
        }
    }
}
