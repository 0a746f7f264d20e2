// aws-amplify on Node.
import { cognitoUserPoolsTokenProvider } from "aws-amplify/auth/cognito";

import { ChoiceApp } from "./choice_app.mjs";
import { converse } from "./conversation.mjs";
import { MemoryStorage } from "./storage.mjs";

// Amplify names a device after navigator.userAgent. Without a navigator, as on Node 20, it tracks no
// device and reports no error.
globalThis.navigator ??= { userAgent: "node" };

class AmplifyOnNode extends ChoiceApp {
  constructor(settings) {
    super(settings);
    this.storage = new MemoryStorage();
    cognitoUserPoolsTokenProvider.setKeyValueStorage(this.storage);
  }

  spoil_device() {
    this.mend = this.storage.spoilDevicePassword();
    return "done";
  }

  mend_device() {
    this.mend();
    return "done";
  }

  forget_device() {
    return this.storage.keepingAll(() => super.forget_device());
  }

  sign_out_everywhere() {
    return this.storage.keepingAll(() => super.sign_out_everywhere());
  }

  // A sign-up with autoSignIn leaves a timer of three minutes.
  end() {
    process.exit();
  }
}

await converse((settings) => new AmplifyOnNode(settings));
