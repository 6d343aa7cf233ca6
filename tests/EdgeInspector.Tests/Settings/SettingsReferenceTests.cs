using EdgeInspector.Settings;
using EdgeInspector.Settings.Reference;

namespace EdgeInspector.Tests.Settings;

public sealed class SettingsReferenceTests
{
    [Fact]
    public void The_page_of_settings_is_what_the_program_would_write() => Assert.True(
        Repository.Read("docs/settings.md") == SettingsReference.Write(typeof(AgentOptions)),
        "docs/settings.md is not what the options say any more. Write it anew: "
        + "dotnet src/EdgeInspector/bin/Release/net10.0/EdgeInspector.dll config reference > docs/settings.md");

    [Fact]
    public void The_schema_of_settings_is_what_the_program_would_write() => Assert.True(
        Repository.Read("src/EdgeInspector/appsettings.schema.json") == SettingsSchema.Write(typeof(AgentOptions)),
        "appsettings.schema.json is not what the options say any more. Write it anew: dotnet "
        + "src/EdgeInspector/bin/Release/net10.0/EdgeInspector.dll config reference --schema > src/EdgeInspector/appsettings.schema.json");

    [Fact]
    public void The_schema_of_packages_is_what_the_program_would_write() => Assert.True(
        Repository.Read("docs/edgeinspector.schema.json") == SettingsSchema.OfPackage(),
        "docs/edgeinspector.schema.json is not what the options say any more. Write it anew: "
        + "dotnet src/EdgeInspector/bin/Release/net10.0/EdgeInspector.dll models schema > docs/edgeinspector.schema.json");

    [Fact]
    public void Every_setting_is_described()
    {
        string[] bare = [.. SettingsReference.Write(typeof(AgentOptions))
            .Split('\n')
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal) && line.EndsWith("|  |", StringComparison.Ordinal))];
        Assert.Empty(bare);
    }

    [Fact]
    public void The_settings_that_come_with_the_program_name_the_schema() =>
        Assert.Contains(
            "\"$schema\": \"appsettings.schema.json\"", Repository.Read("src/EdgeInspector/appsettings.json"), StringComparison.Ordinal);
}
