using System.Collections;
using System.Reflection;
using EdgeInspector.Settings;

namespace EdgeInspector.Tests.Settings;

/// <summary>Where secrets come from, and who is warned of.</summary>
public sealed class SecretTests : IDisposable
{
    private const string Stations = """
        "Stations": {
          "weld-3": { "Model": "m", "Camera": { "Url": { "Address": "rtsp://cam/1", "UserName": "joe" } } },
          "weld-4": { "Model": "m", "Camera": { "Usb": {} } }
        }
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Each_secret_has_a_companion_that_names_a_file()
    {
        var blocks = new Queue<Type>([typeof(AgentOptions)]);
        var seen = new HashSet<Type>();
        int secrets = 0;
        while (blocks.TryDequeue(out Type? block))
        {
            if (!seen.Add(block))
                continue;
            IReadOnlyList<PropertyInfo> properties = SettingProperties.Of(block);
            foreach (PropertyInfo property in properties)
            {
                if (SecretText.IsSecret(property))
                {
                    secrets++;
                    Assert.Contains(properties, other => other.Name == property.Name + "File" && SecretText.NamesSecretFile(other));
                }
                Type type = SettingProperties.ElementOfList(property.PropertyType) ?? SettingProperties.ElementOfMap(property.PropertyType)
                    ?? property.PropertyType;
                if (!SettingValue.IsSingle(type))
                    blocks.Enqueue(type);
            }
        }
        Assert.Equal(10, secrets);
    }

    [Fact]
    public void A_file_in_a_secret_folder_is_used_for_the_secret_that_it_is_called_after()
    {
        string password = Secret("Mqtt__Password"), camera = Secret("Stations__weld-3__Camera__Url__Password");
        LayeredSettings settings = Filled($$"""{ "Mqtt": { "UserName": "agent" }, {{Stations}} }""");
        Assert.Equal(
            (password, SettingsOrigin.SecretFolder),
            (settings.Find("Mqtt:PasswordFile")!.Text, settings.Find("Mqtt:PasswordFile")!.Origin));
        AgentOptions options = SettingsReader.Read<AgentOptions>(settings).Value!;
        Assert.Equal((password, camera), (options.Mqtt.PasswordFile, options.Stations["weld-3"].Camera!.Url!.PasswordFile));
        Assert.Empty(Strays(settings));
        Assert.Empty(Exposed(settings, trusted: true));
    }

    [Theory]
    [InlineData("\"Password\": \"x\"")]
    [InlineData("\"PasswordFile\": \"/etc/x\"")]
    public void What_the_settings_say_themselves_goes_before_a_secret_folder(string given)
    {
        Secret("Mqtt__Password");
        LayeredSettings settings = Filled($$"""{ "Mqtt": { "UserName": "agent", {{given}} }, {{Stations}} }""");
        Assert.DoesNotContain(settings.Values, value => value.Origin == SettingsOrigin.SecretFolder);
        Assert.Contains("Mqtt:Password is given elsewhere", Assert.Single(Strays(settings)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_secret_for_a_station_that_there_is_not_makes_no_station_and_a_misspelt_one_is_told()
    {
        Secret("Stations__weld-9__Camera__Url__Password");
        Secret("Mqtt__Pasword");
        Secret("somebody-elses");
        LayeredSettings settings = Filled($$"""{ {{Stations}} }""");
        Assert.Equal(["weld-3", "weld-4"], SettingsReader.Read<AgentOptions>(settings).Value!.Stations.Keys);
        string[] strays = [.. Strays(settings).Order(StringComparer.Ordinal)];
        Assert.Equal(2, strays.Length);
        Assert.Contains("did you mean Mqtt__Password?", strays[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_a_secret_that_can_not_be_used_is_told()
    {
        string absent = _folder["absent"];
        LayeredSettings settings = Filled($$"""{ "Mqtt": { "UserName": "agent", "PasswordFile": "{{absent}}" }, {{Stations}} }""");
        Assert.Equal([$"Mqtt:PasswordFile: there is no file {absent}."], SecretFolders.Unreadable(typeof(AgentOptions), settings));
    }

    [Fact]
    public void The_service_managers_folder_comes_before_the_containers() =>
        Assert.Equal("/run/credentials/x", SecretFolders.Of(new Hashtable { ["CREDENTIALS_DIRECTORY"] = "/run/credentials/x" })[0]);

    [Fact]
    public void A_secret_in_a_settings_file_that_others_may_read_is_told_without_showing_it()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no modes.");
        Open();
        string file = Write($$"""{ "Mqtt": { "UserName": "agent", "Password": "sesame" }, {{Stations}} }""", "644");
        string told = Assert.Single(Exposed(Gather(file)));
        Assert.Contains(
            $"Mqtt:Password stands in the settings file {file}, which every user of this machine may read (mode 0644).",
            told,
            StringComparison.Ordinal);
        Assert.DoesNotContain("sesame", told, StringComparison.Ordinal);

        Write($$"""{ "Mqtt": { "UserName": "agent", "Password": "sesame" }, {{Stations}} }""", "640");
        Assert.Contains("which its group may read (mode 0640)", Assert.Single(Exposed(Gather(file))), StringComparison.Ordinal);

        Write($$"""{ "Mqtt": { "UserName": "agent", "Password": "sesame" }, {{Stations}} }""", "600");
        Assert.Empty(Exposed(Gather(file)));
    }

    [Fact]
    public void A_readable_settings_file_without_secrets_and_a_secret_from_the_environment_are_fine()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no modes.");
        Open();
        string file = Write($$"""{ "Mqtt": { "UserName": "agent" }, {{Stations}} }""", "644");
        Assert.Empty(Exposed(Gather(file, environment: new Hashtable { ["EDGEINSPECTOR_Mqtt__Password"] = "sesame" })));
        Assert.Contains("on the command line", Assert.Single(Exposed(Gather(file, "--Mqtt:Password=sesame"))), StringComparison.Ordinal);
    }

    [Fact]
    public void A_secret_file_and_a_private_key_that_others_may_read_are_told()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no modes.");
        Open();
        string password = Secret("password", "644"), key = Secret("key.pem", "640");
        string tls = $$"""{ "Enabled": true, "ClientCertificateFile": "c", "ClientKeyFile": "{{key}}" }""";
        string file = Write($$"""{ "Mqtt": { "UserName": "a", "PasswordFile": "{{password}}", "Tls": {{tls}} }, {{Stations}} }""", "644");
        string[] told = [.. Exposed(Gather(file))];
        Assert.Equal(2, told.Length);
        Assert.StartsWith(
            $"Mqtt:PasswordFile: the file {password} is one that every user of this machine may read (mode 0644).",
            told[0],
            StringComparison.Ordinal);
        Assert.StartsWith(
            $"Mqtt:Tls:ClientKeyFile: the file {key} is one that its group may read (mode 0640).", told[1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_readable_file_in_a_folder_that_nobody_else_can_enter_is_fine()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no modes.");
        string password = Secret("password", "644");
        Assert.Empty(Exposed(Gather(Write($$"""{ "Mqtt": { "UserName": "a", "PasswordFile": "{{password}}" }, {{Stations}} }""", "600"))));
    }

    private static LayeredSettings Gather(string file, string? argument = null, IDictionary? environment = null) =>
        SettingsSources.Gather(file, environment ?? new Hashtable(), argument is null ? [] : [argument]).Settings;

    private LayeredSettings Filled(string json)
    {
        LayeredSettings settings = Gather(_folder.Write("appsettings.json", json));
        SecretFolders.Fill(typeof(AgentOptions), settings, [_folder["secrets"], _folder["absent"]]);
        return settings;
    }

    private IEnumerable<string> Strays(LayeredSettings settings) =>
        SecretFolders.Strays(typeof(AgentOptions), settings, [_folder["secrets"], _folder["absent"]]);

    private IEnumerable<string> Exposed(LayeredSettings settings, bool trusted = false) =>
        SecretExposure.Find(typeof(AgentOptions), settings, _folder["appsettings.json"], trusted ? [_folder["secrets"]] : []);

    private string Secret(string name, string mode = "644")
    {
        Directory.CreateDirectory(_folder["secrets"]);
        string file = _folder.Write($"secrets/{name}", "open sesame\n");
        SetMode(file, mode);
        return file;
    }

    private string Write(string json, string mode)
    {
        string file = _folder.Write("appsettings.json", json);
        SetMode(file, mode);
        return file;
    }

    /// <summary>Temporary folders are closed to others, which would be protection enough.</summary>
    private void Open()
    {
        SetMode(_folder.Path, "755");
        Directory.CreateDirectory(_folder["secrets"]);
        SetMode(_folder["secrets"], "755");
    }

    private static void SetMode(string path, string octal)
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, (UnixFileMode)Convert.ToInt32(octal, 8));
    }
}
