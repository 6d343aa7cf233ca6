using EdgeInspector.Foundation.Secrets;

namespace EdgeInspector.Foundation.Tests.Secrets;

public sealed class AddressSecretsTests
{
    [Theory]
    [InlineData("rtsp://cam/1?user=admin&password=sesame&channel=1", "rtsp://cam/1?user=admin&password=***&channel=1")]
    [InlineData("rtsp://cam/user=admin&Password=sesame&channel=1", "rtsp://cam/user=admin&Password=***&channel=1")]
    [InlineData("https://blob.example/m.json?sv=2024&sig=se%2Fsame", "https://blob.example/m.json?sv=2024&sig=***")]
    [InlineData("http://cam/video?pwd=sesame", "http://cam/video?pwd=***")]
    [InlineData("rtsp://joe:sesame@cam/1?token=sesame", "rtsp://***@cam/1?token=***")]
    [InlineData("rtsp://cam:554/stream1?channel=1", "rtsp://cam:554/stream1?channel=1")]
    public void Secrets_in_an_address_are_hidden_and_nothing_else(string address, string shown) =>
        Assert.Equal(shown, AddressSecrets.Hide(address));
}
