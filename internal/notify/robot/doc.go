// Package robot writes into the chat groups in which staff already talk: by a
// group robot (群机器人) of WeCom 企业微信, DingTalk 钉钉 or Feishu 飞书.
//
// Formats, signatures and limits: the makers' documents, collected in the
// reference of practice. A robot's address is its key, so it is kept sealed
// and never logged. The text says what it is, which building, the public
// number and a link behind sign-in; no name, no phone, nobody's words.
package robot
